using Engine.LoadTests.Calls;
using Engine.LoadTests.Replay;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Shift.People;

/// <summary>An agent's stream of the inbox, taken up again where it was when the connection breaks.</summary>
internal sealed class InboxWatch(
    IReadOnlyList<EngineApi> gateways, StaffAgent agent, int first, Func<WatchInboxResponse, CancellationToken, Task> tell, Func<long> version,
    TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public int Reconnects { get; private set; }

    /// <summary>The error of a stream that is no broken connection.</summary>
    public string? Failure { get; private set; }

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var session = 0; ; session++)
        {
            stop.ThrowIfCancellationRequested();
            if (session > 0) Reconnects++;
            try
            {
                var api = gateways[(int)((uint)(first + session) % (uint)gateways.Count)];
                using var call = api.Agents.WatchInbox(
                    new WatchInboxRequest { Name = agent.Name, AfterVersion = version() }, new CallOptions(agent.Headers, cancellationToken: stop));
                while (await call.ResponseStream.MoveNext(stop)) await tell(call.ResponseStream.Current, stop);
            }
            catch (RpcException e)
            {
                stop.ThrowIfCancellationRequested();
                if (!RetryingCaller.IsRetryable(e, out _) && e.StatusCode is not (StatusCode.Cancelled or StatusCode.Internal or StatusCode.Aborted))
                {
                    Failure = $"{agent.Name}: {e.StatusCode} {e.Status.Detail}";
                    return;
                }
            }

            await Task.Delay(Pause, time, stop);
        }
    }
}
