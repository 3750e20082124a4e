using Engine.Grains.Routing.Matching;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>One pass through the past.</summary>
internal sealed class RehearsalRun
{
    private readonly QueueBoard _board;
    private readonly Instant _start;
    private readonly Instant _end;
    private readonly RehearsalHours _hours;
    private readonly Dictionary<string, RehearsedAgent> _agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RehearsedConversation> _waiting = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Action, (Instant Time, int Order)> _events = new();
    private readonly string _queue;
    private Instant _now;
    private int _order;

    public RehearsalRun(
        IReadOnlyList<RehearsedConversation> conversations, IEnumerable<RehearsedShift> shifts, Queue queue, WorkUnits units, Instant start, Instant end)
    {
        (_start, _end, _now) = (start, end, start);
        _board = new QueueBoard(queue, units) { Explains = false };
        _queue = queue.Name[(queue.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
        _hours = new RehearsalHours(start, end);
        foreach (var shift in shifts.Where(shift => shift.Begin < end && shift.End > start))
        {
            At(Instant.Max(shift.Begin, start), () => Come(shift));
            At(shift.End, () => Go(shift));
        }

        for (var i = 0; i < conversations.Count; i++)
        {
            var conversation = conversations[i];
            // The same one may wait several times: each time is one of its own here.
            var arrival = new WaitingConversation(conversation.Conversation) { Conversation = $"{conversation.Conversation.Conversation}\n{i}", Version = 1 };
            At(Instant.Max(arrival.WaitBeginTime.ToInstant(), start), () => Arrive(arrival, conversation));
        }
    }

    /// <summary>Of those that got an agent.</summary>
    public List<Duration> Waits { get; } = [];

    public IEnumerable<RoutingDryRunHour> Hours => _hours.ToMessages();

    public void Run()
    {
        while (NextTime() is { } time && time < _end)
        {
            Pass(time);
            while (_events.TryPeek(out var happens, out var when) && when.Time <= time)
            {
                _events.Dequeue();
                happens();
            }

            Match();
        }

        Pass(_end);
    }

    /// <summary>When something happens next, or changes by itself.</summary>
    private Instant? NextTime()
    {
        var change = _board.NextChange(_now);
        if (!_events.TryPeek(out _, out var next)) return change;
        return change is { } at && at < next.Time ? at : next.Time;
    }

    private void Pass(Instant time)
    {
        _hours.Pass(time, _waiting.Count, _agents.Values.Where(agent => agent.IsCounted));
        _now = time;
    }

    private void Match()
    {
        while (_board.Next(_now, "rehearsed", _now + Duration.FromSeconds(1)) is { } match)
        {
            var id = match.Conversation.Conversation;
            var agent = _agents[match.Agent];
            _waiting.Remove(id, out var conversation);
            Waits.Add(_now - match.Conversation.WaitBeginTime.ToInstant());
            agent.HeldUnits += match.Units;
            agent.LastAssign = _now;
            _board.Remove(id, match.Conversation.Version + 1, _now);
            _board.Drop(match.Reservation, _now);
            Tell(agent);
            At(_now + conversation!.Handled, () => Finish(agent, match.Units));
        }
    }

    private void Arrive(WaitingConversation arrival, RehearsedConversation conversation)
    {
        if (arrival.WaitBeginTime.ToInstant() >= _start) _hours.Arrived(_now);
        _waiting.Add(arrival.Conversation, conversation);
        _board.Put(arrival, _now);
    }

    private void Come(RehearsedShift shift)
    {
        if (!_agents.TryGetValue(shift.Agent.Agent, out var agent)) _agents[shift.Agent.Agent] = agent = new RehearsedAgent();
        agent.Come(shift, shift.Agent.Queues.Contains(_queue));
        Tell(agent);
    }

    private void Go(RehearsedShift shift)
    {
        var agent = _agents[shift.Agent.Agent];
        // Another shift may have begun at the same instant.
        if (!agent.Go(shift)) return;
        Tell(agent);
    }

    private void Finish(RehearsedAgent agent, int units)
    {
        agent.HeldUnits -= units;
        Tell(agent);
    }

    private void Tell(RehearsedAgent agent) => _board.PutAgent(agent.Tell(), _now);

    private void At(Instant time, Action happens) => _events.Enqueue(happens, (time, _order++));
}
