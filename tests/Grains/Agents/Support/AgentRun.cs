using Engine.Grains.Agents;
using Engine.Grains.Routing;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Tests.Agents.Support;

/// <summary>
/// A random life of an agent: queues reserve and settle, agents answer offers, conversations change behind the agent's back and
/// their news come late, twice, and in any order between conversations; presence and capacity change, time passes.
/// </summary>
internal sealed class AgentRun
{
    private const int StepsMax = 60;
    private const int ConversationsMax = 8;
    private static readonly DateTimeOffset Begin = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);

    private readonly Random _random;
    private readonly RoutingSettings _settings;
    private readonly TimeSpan _grace = TimeSpan.FromMinutes(1);
    private readonly List<(Timestamp Time, IReadOnlyList<AgentEvent> Events, Agent? Profile, AgentRouting? Routing)> _commits = [];
    private readonly Dictionary<string, Life> _lives = [];
    private readonly int _snapshotAt;
    private AgentSnapshot? _snapshot;
    private Agent _snapshotProfile = new();
    private int _snapshotCommits;
    private int _ids;

    public AgentRun(int seed)
    {
        _random = new Random(seed);
        _settings = new RoutingSettings { PendingPercent = _random.Next(0, 101), LiveUnits = _random.Next(1, 40) };
        Now = Begin;
        State = AgentState.None;
        _snapshotAt = _random.Next(1, StepsMax);
        var agent = new Agent { CapacityUnits = _random.Next(1, 101), Queues = { "queues/care" }, Skills = { new Skill { Name = "s", Level = 3 } } };
        Do("create", (s, _) => AgentCore.Create(s, agent, new Author()));
        for (var step = _random.Next(5, StepsMax); step > 0; step--) Step();
    }

    public DateTimeOffset Now { get; private set; }

    public AgentState State { get; private set; }

    public List<AgentStep> Steps { get; } = [];

    public Dictionary<string, ToldConversation> LastTold { get; } = [];

    /// <summary>Conversations that were ever told to wait again.</summary>
    public HashSet<string> Returned { get; } = [];

    /// <summary>A command that changed something though it was only repeated.</summary>
    public string? ChangedByRepetition { get; private set; }

    public AgentState Replayed() => Replay(AgentState.None, 0);

    public AgentState ReplayedFromSnapshot() => _snapshot is null
        ? Replayed()
        : Replay(AgentSnapshots.Read(AgentSnapshot.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(_snapshot)), _snapshotCommits, _snapshotProfile), _snapshotCommits);

    private AgentState Replay(AgentState state, int from)
    {
        for (var i = from; i < _commits.Count; i++)
        {
            var (time, events, profile, routing) = _commits[i];
            state = AgentCore.Apply(state, i + 1, time, events, profile);
            if (routing is not null) state = state with { Routing = routing };
        }

        return state;
    }

    private void Step()
    {
        Now += TimeSpan.FromSeconds(_random.Next(0, 20));
        switch (_random.Next(12))
        {
            case 0 or 1 or 2: Reserve(); break;
            case 3: Settle(); break;
            case 4: AnswerOffer(); break;
            case 5 or 6 or 7: Tell(); break;
            case 8:
                var presence = (Presence)_random.Next(1, 4);
                Do($"presence {presence}", (s, _) => AgentCore.SetPresence(s, presence, _random.Next(2) == 0, new Author()));
                break;
            case 9:
                var update = new UpdateAgentRequest { Agent = new Agent { CapacityUnits = _random.Next(0, 101) }, UpdateMask = new() { Paths = { "capacity_units" } } };
                Do("capacity", (s, _) => AgentCore.Update(s, update, new Author()));
                break;
            case 10:
                Do("stream", (s, _) => _random.Next(2) == 0 ? AgentCore.KeepOnline(s, _random.Next(2) == 0) : AgentCore.LoseStream(s));
                break;
            default:
                Twice("tidy", (s, now) => AgentCore.Tidy(s, now));
                Twice("return", (s, now) => AgentCore.ReturnWork(s, _grace, now));
                break;
        }
    }

    private void Reserve()
    {
        var life = AnyLife();
        var byHand = _random.Next(6) == 0;
        var ignore = byHand && _random.Next(2) == 0;
        var id = $"r{_ids++}";
        var command = new ReserveCommand
        {
            Reservation = new Reservation
            {
                Id = id,
                Conversation = life.Id,
                Queue = "care",
                Units = WorkUnits.Of(_settings).UnitsOf(life.Mode, "web"),
                ExpireTime = Timestamp.FromDateTimeOffset(Now.AddSeconds(_random.Next(1, 60))),
                Offer = !byHand && _random.Next(3) == 0 ? new Offer { Name = OfferNames.Of("ana", id) } : null,
                ByHand = byHand ? id : "",
            },
            IgnoreCapacity = ignore,
            IgnorePresence = byHand,
        };
        if (!Twice($"reserve {command.Reservation.Units} for {life.Id}", (s, now) => AgentCore.Reserve(s, command, now), ignore)) return;
        // The conversation may take it, and the agent hear of that in time, late, or not by itself.
        if (command.Reservation.Offer is null && _random.Next(3) > 0) life.Assign(id, ignore, Now);
    }

    private void Settle()
    {
        if (State.Reservations.IsEmpty) return;
        var reservation = Pick(State.Reservations.Values.OrderBy(r => r.Id));
        // Confirmed only what was assigned by it.
        var assigned = _lives[reservation.Conversation].Used.Contains(reservation.Id);
        var command = new SettleReservationCommand { Reservation = reservation.Id, Assigned = assigned };
        Twice($"settle {reservation.Id} {assigned}", (s, now) => AgentCore.Settle(s, command, now));
    }

    private void AnswerOffer()
    {
        var offers = State.Reservations.Values.Where(r => r.Offer is not null).OrderBy(r => r.Id).ToList();
        if (offers.Count == 0) return;
        var offer = Pick(offers);
        if (_random.Next(2) == 0)
        {
            Do($"decline {offer.Id}", (s, now) => AgentCore.Decline(s, new() { Name = offer.Offer.Name, Reason = "busy" }, new Author(), now));
            return;
        }

        if (Do($"accept {offer.Id}", (s, now) => AgentCore.Accept(s, new() { Name = offer.Offer.Name }, new Author(), now, AgentCore.AcceptedFor)) && _random.Next(3) > 0)
            _lives[offer.Conversation].Assign(offer.Id, false, Now);
    }

    /// <summary>News of some conversations: what happened since, or what was told before.</summary>
    private void Tell()
    {
        var changes = new InboxChanged();
        var ignores = false;
        foreach (var life in Enumerable.Range(0, _random.Next(1, 4)).Select(_ => AnyLife()).Distinct().ToList())
        {
            life.Change(_random, Now);
            var news = life.News(_random);
            foreach (var told in news)
            {
                ignores |= told.Claim is { IgnoreCapacity: true } || (told.Entry is not null && told.Entry.Queue.Length == 0);
                Add(changes, told);
            }
        }

        Twice("news", (s, now) => AgentCore.ApplyInbox(s, changes, _settings, now), ignores);
        foreach (var entry in changes.Entries) Told(entry.Conversation, new ToldConversation(entry.ConversationVersion, true, entry.Status));
        foreach (var removal in changes.Removed) Told(removal.Conversation, new ToldConversation(removal.ConversationVersion, false, default));
    }

    private void Told(string conversation, ToldConversation told)
    {
        // Older news of what has left bring it back for a moment: the journal then tells of its leaving once more.
        if (!LastTold.TryGetValue(conversation, out var known) || known.Version <= told.Version) LastTold[conversation] = told;
    }

    private static void Add(InboxChanged changes, LifeNews news)
    {
        changes.SpentReservations.AddRange(news.Spent.Except(changes.SpentReservations));
        if (news.Entry is { } entry)
        {
            changes.Entries.Add(entry);
            if (news.Claim is { } claim) changes.Claims.Add(claim);
        }
        else if (news.Removal is { } removal)
        {
            changes.Removed.Add(removal);
        }
    }

    private Life AnyLife()
    {
        var id = $"c{_random.Next(ConversationsMax)}";
        if (!_lives.TryGetValue(id, out var life)) _lives[id] = life = new Life(id, _random.Next(6) == 0 ? "" : "queues/care");
        return life;
    }

    private T Pick<T>(IEnumerable<T> items)
    {
        var list = items.ToList();
        return list[_random.Next(list.Count)];
    }

    private bool Twice(string command, Func<AgentState, DateTimeOffset, Decision<AgentChange>> decide, bool isPeoples = false)
    {
        var did = Do(command, decide, isPeoples);
        var again = decide(State, Now);
        if (did && !again.IsRejected) ChangedByRepetition ??= $"{command}: {string.Join(' ', again.Change.Events)}";
        return did;
    }

    private bool Do(string command, Func<AgentState, DateTimeOffset, Decision<AgentChange>> decide, bool isPeoples = false)
    {
        if (decide(State, Now).Change is not { } change) return false;
        var time = Timestamp.FromDateTimeOffset(Now);
        var held = State.HeldUnits(Now);
        var after = AgentCore.Apply(State, State.Version + 1, time, change.Events, change.Profile);
        var routing = AgentCore.RoutingOf(after, "ana");
        var isNew = routing != State.Routing;
        State = after with { Routing = routing };
        _commits.Add((time, change.Events, change.Profile, isNew ? routing : null));
        foreach (var returned in change.Events.Where(e => e.WorkReturned is not null).SelectMany(e => e.WorkReturned.Conversations))
            Returned.Add($"conversations/{returned.Conversation}");
        Steps.Add(new AgentStep($"{Now:HH:mm:ss} {command}", held, State.HeldUnits(Now), State.Profile.CapacityUnits, isPeoples));
        if (_commits.Count == _snapshotAt) (_snapshot, _snapshotProfile, _snapshotCommits) = (AgentSnapshots.Write(State), State.Profile, _commits.Count);
        return true;
    }
}
