using System.Globalization;
using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Telemetry;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Engine.Api.Streams;

/// <summary>
/// Lets streams in and sees them out.
/// </summary>
/// <remarks>
/// A unary call is over before anything changes; a stream outlives much. It must end when its key is revoked, when the
/// server drains (so that the client goes to another one), and of course with its client; and as it holds memory while it
/// lasts, a key may have only so many. All that is the same for every stream and stands here; what a stream sends does not.
/// </remarks>
internal sealed class StreamGate(
    KeyRing keys, ApiMetrics metrics, IHostApplicationLifetime lifetime, TimeProvider time, IOptions<ApiOptions> options)
{
    /// <summary>Short enough that a remembered answer and this together stay within the 5 seconds of revocation.</summary>
    private static readonly TimeSpan GuardPeriod = TimeSpan.FromSeconds(1);

    /// <summary>How long a message may wait for a slow reader once the server drains; the drain waits as long.</summary>
    private static readonly TimeSpan SlowReaderMax = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _open = [];

    /// <summary>Runs a stream until it ends by itself or has to.</summary>
    /// <exception cref="RejectedException">The key has too many streams, or was revoked, or the server drains.</exception>
    public async Task RunAsync<T>(
        ServerCallContext context, IServerStreamWriter<T> responseStream, Func<IServerStreamWriter<T>, CancellationToken, Task> stream)
    {
        var principal = Principal.Of(context);
        Enter(principal.Identity);
        metrics.OnStreamOpened(context.Method);
        try
        {
            using var abandon = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
            using var draining = lifetime.ApplicationStopping.Register(() => abandon.CancelAfter(SlowReaderMax));
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
            var guard = GuardAsync(principal, end, abandon);
            try
            {
                await stream(new PatientWriter<T>(responseStream, abandon.Token), end.Token);
            }
            catch (Exception) when (end.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
            {
                throw lifetime.ApplicationStopping.IsCancellationRequested
                    ? Refuse.Unavailable(Reasons.ServerDraining, "The server is going down; go on at another one.", retryAfterMs: 100)
                    : Refuse.Unauthenticated(Reasons.KeyInvalid, "The key is not valid any more.");
            }
            finally
            {
                await end.CancelAsync();
                await guard;
            }
        }
        finally
        {
            Leave(principal.Identity);
            metrics.OnStreamClosed(context.Method);
        }
    }

    private async Task GuardAsync(Principal principal, CancellationTokenSource end, CancellationTokenSource abandon)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(GuardPeriod, time, end.Token);
                // Not waited for beyond the end: the actor that is asked may be going down too.
                if (await keys.IsStillGoodAsync(principal).AsTask().WaitAsync(end.Token)) continue;
                await end.CancelAsync();
                await abandon.CancelAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception)
            {
                // Whether the key is good cannot be told now; the next round asks again, and calls fail of themselves.
            }
        }
    }

    private void Enter(string key)
    {
        var streamsMax = options.Value.StreamsPerKeyMax;
        lock (_gate)
        {
            var open = _open.GetValueOrDefault(key);
            if (open < streamsMax)
            {
                _open[key] = open + 1;
                return;
            }
        }

        throw Refuse.Exhausted(
            "The key has too many streams open on this server.",
            ("limit", "streams_per_key"),
            ("maximum", streamsMax.ToString(CultureInfo.InvariantCulture)));
    }

    private void Leave(string key)
    {
        lock (_gate)
        {
            if (_open[key] == 1) _open.Remove(key);
            else _open[key]--;
        }
    }
}
