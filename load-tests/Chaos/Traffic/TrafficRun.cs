using System.Collections.Concurrent;
using System.Globalization;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.History;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Replay;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>
/// A shop at work: customers who write and are answered all the time, and conversations that are set aside or declared done and
/// left alone until their deadline has passed.
/// </summary>
internal sealed class TrafficRun
{
    private const int PrepareConcurrency = 32;

    /// <summary>The least that a workspace allows; so that closings happen within a run.</summary>
    private static readonly Duration CloseAfter = Duration.FromTimeSpan(TimeSpan.FromMinutes(1));

    /// <summary>How long a conversation with a deadline is left alone: longer than the farthest deadline, and than a fault.</summary>
    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(150);

    private readonly TrafficOptions _options;
    private readonly TimeProvider _time;
    private readonly Operator _operator;
    private readonly List<Slot> _busy;
    private readonly List<Slot> _waiting;
    private readonly OpenLoop _loop;
    private readonly OpenLoop _deadlineLoop;

    private TrafficRun(TrafficOptions options, ClusterCaller caller, Staff staff, string run, TimeProvider time)
    {
        _options = options;
        _time = time;
        Caller = caller;
        Staff = staff;
        _operator = new Operator(caller, staff, run, time);
        _busy = [.. Enumerable.Range(0, options.Conversations).Select(i => NewSlot(i))];
        _waiting = [.. Enumerable.Range(0, (int)(options.DeadlinesPerSecond * LeftAlone.TotalSeconds)).Select(i => NewSlot(options.Conversations + i))];
        _loop = new OpenLoop(options.MessagesPerSecond / Arrivals.MessageShare, time);
        _deadlineLoop = new OpenLoop(options.DeadlinesPerSecond, time);

        Slot NewSlot(int number) => new(number, string.Create(CultureInfo.InvariantCulture, $"{run}-customer-{number}"));
    }

    public ClusterCaller Caller { get; }

    public Staff Staff { get; }

    public IReadOnlyCollection<Operation> Operations => _operator.Done;

    public int Outstanding => _loop.Outstanding + _deadlineLoop.Outstanding;

    public TimeSpan LateMax => _loop.LateMax;

    /// <summary>Agents, keys, and a first message of every customer.</summary>
    /// <exception cref="EngineFailedException">A first message was not taken.</exception>
    public static async Task<TrafficRun> PrepareAsync(
        TrafficOptions options, IReadOnlyList<EngineApi> gateways, string adminKey, string run, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var retries = new RetryOptions { Attempt = options.Attempt, Call = options.Call, PauseMax = TimeSpan.FromMilliseconds(500) };
        var caller = new ClusterCaller(gateways, retries, time);
        var update = new UpdateWorkspaceRequest
        {
            RequestId = $"{run}-workspace",
            Workspace = new Workspace { CloseAfter = CloseAfter },
            UpdateMask = new FieldMask { Paths = { "close_after" } },
        };
        await caller.CallAsync(
            0, static (api, r, o) => api.Workspaces.UpdateWorkspaceAsync(r, o), update, EngineApi.Authorize(adminKey), null, cancellationToken);
        var staff = await Staff.HireAsync(
            gateways[0], new RetryingCaller(retries, time), adminKey, run, options.Agents, cancellationToken);
        var traffic = new TrafficRun(options, caller, staff, run, time);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PrepareConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(traffic._busy.Concat(traffic._waiting), parallel, async (slot, token) =>
        {
            var first = await traffic._operator.RunAsync(OperationKind.CustomerMessage, slot, null, token);
            if (slot.Conversation is null) throw new EngineFailedException($"A first message was not taken: {first.Failure}");
        });
        return traffic;
    }

    /// <summary>Sets one of the busy conversations aside.</summary>
    public Task<Operation> SnoozeAsync(int conversation, DateTimeOffset until, CancellationToken cancellationToken) =>
        _operator.RunAsync(OperationKind.Snooze, _busy[conversation], until, cancellationToken);

    /// <summary>Until <paramref name="stop"/> is cancelled, then until all calls have ended.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken cancellationToken)
    {
        var arrivals = new Arrivals(_options.Seed, _options.Conversations);
        var gate = new Lock();
        var free = new ConcurrentQueue<(Slot Slot, long Since)>(_waiting.Select(s => (s, long.MinValue)));
        await Task.WhenAll(
            _loop.RunAsync(ArriveAsync, stop, cancellationToken),
            _deadlineLoop.RunAsync(SetDeadlineAsync, stop, cancellationToken));

        Task ArriveAsync()
        {
            (OperationKind Kind, int Slot) next;
            lock (gate) next = arrivals.Next();
            return _operator.RunAsync(next.Kind, _busy[next.Slot], null, cancellationToken);
        }

        async Task SetDeadlineAsync()
        {
            if (!free.TryDequeue(out var next)) return;
            var (slot, since) = next;
            if (since != long.MinValue && _time.GetElapsedTime(since) < LeftAlone)
            {
                free.Enqueue(next);
                return;
            }

            OperationKind kind;
            TimeSpan ahead;
            lock (gate) (kind, ahead) = arrivals.NextDeadline();
            // A customer's message opens it, or begins another conversation where this one was closed.
            await _operator.RunAsync(OperationKind.CustomerMessage, slot, null, cancellationToken);
            var until = kind == OperationKind.Snooze ? MicrosecondsOf(_time.GetUtcNow() + ahead) : (DateTimeOffset?)null;
            await _operator.RunAsync(kind, slot, until, cancellationToken);
            free.Enqueue((slot, _time.GetTimestamp()));
        }
    }

    // What a store keeps of an instant may be less than what this clock tells.
    private static DateTimeOffset MicrosecondsOf(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));
}
