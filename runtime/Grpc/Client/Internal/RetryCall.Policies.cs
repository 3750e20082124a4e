using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>When there is another attempt.</summary>
internal sealed partial class RetryCall<TRequest, TResponse>
{
    private bool MayGoOn => _attempts < _maxAttempts
        && Volatile.Read(ref _owner) is null
        && !_ending.IsCancellationRequested
        && _channel.Retries.MayRetry;

    private TimeSpan TimeLeft => _options.Deadline is { } deadline && deadline != DateTime.MaxValue
        ? deadline - _channel.Time.GetUtcNow().UtcDateTime
        : TimeSpan.MaxValue;

    /// <summary>One attempt after the other.</summary>
    private async Task RetryAsync(RetryPolicy policy)
    {
        for (var attempt = _latest; ; attempt = BeginNext())
        {
            await attempt.Begun.ConfigureAwait(false);
            if (!TryFailed(attempt, policy.RetryableStatusCodes)
                || !MayGoOn
                || !TryGetPushback(attempt, out var pushback)
                || (pushback ?? Grown(policy)) is var wait && wait >= TimeLeft)
            {
                Commit(attempt);
                return;
            }

            await Task.Delay(wait, _channel.Time, _ending.Token).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Another attempt whenever there is no answer for the delay, or one failed; the first answer counts. A status that
    /// is not expected to be different elsewhere is an answer.
    /// </summary>
    private async Task HedgeAsync(HedgingPolicy policy)
    {
        var delay = policy.HedgingDelay ?? TimeSpan.Zero;
        var running = new List<Attempt> { _latest };
        var stopped = false;
        var wait = delay;
        while (Volatile.Read(ref _owner) is null)
        {
            var goesOn = !stopped && MayGoOn && wait < TimeLeft;
            if (goesOn && wait <= TimeSpan.Zero)
            {
                running.Add(BeginNext());
                wait = delay;
                continue;
            }

            if (running.Count == 0 && !goesOn)
            {
                Commit(_latest);
                return;
            }

            using var timing = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            var next = goesOn ? Task.Delay(wait, _channel.Time, timing.Token) : _final.Task;
            var done = await Task.WhenAny([.. running.Select(r => r.Begun), next]).ConfigureAwait(false);
            await timing.CancelAsync().ConfigureAwait(false);
            if (done == next)
            {
                wait = TimeSpan.Zero;
                continue;
            }

            var attempt = running.Find(r => r.Begun == done)!;
            running.Remove(attempt);
            if (!TryFailed(attempt, policy.NonFatalStatusCodes))
            {
                Commit(attempt);
                return;
            }

            stopped |= !TryGetPushback(attempt, out var pushback);
            wait = pushback ?? TimeSpan.Zero;
        }
    }

    /// <summary>Whether the attempt ended with a bare status after which there may be another.</summary>
    private bool TryFailed(Attempt attempt, IList<StatusCode> codes)
    {
        if (!attempt.Call.HasEnded || attempt.Call.HasResponse)
        {
            _channel.Retries.OnSuccess();
            return false;
        }

        var code = attempt.Call.GetStatus().StatusCode;
        if (code == StatusCode.OK)
        {
            _channel.Retries.OnSuccess();
            return false;
        }

        if (!codes.Contains(code))
        {
            return false;
        }

        _channel.Retries.OnFailure();
        return true;
    }

    /// <summary>What the server asks for; false when it asks for no other attempt.</summary>
    private static bool TryGetPushback(Attempt attempt, out TimeSpan? pushback)
    {
        pushback = null;
        if (attempt.Call.GetTrailers().GetValue(Wire.RetryPushbackHeader) is not { } text)
        {
            return true;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms) || ms < 0)
        {
            return false;
        }

        pushback = TimeSpan.FromMilliseconds(ms);
        return true;
    }

    /// <summary>A random part of a wait that grows with every attempt.</summary>
    private TimeSpan Grown(RetryPolicy policy)
    {
        var grown = policy.InitialBackoff!.Value.TotalMilliseconds * Math.Pow(policy.BackoffMultiplier!.Value, _attempts - 1);
        var longest = Math.Min(grown, policy.MaxBackoff!.Value.TotalMilliseconds);
#pragma warning disable CA5394 // Spreads load; nothing secret.
        return TimeSpan.FromMilliseconds(longest * Random.Shared.NextDouble());
#pragma warning restore CA5394
    }
}
