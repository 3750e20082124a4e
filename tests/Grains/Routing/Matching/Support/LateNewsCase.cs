using Engine.Grains.Routing;
using Engine.Grains.Routing.Matching;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Tests.Routing.Matching.Support;

/// <summary>
/// A queue at work, with agents who know the truth and news that reach the queue late, never, or in another order. The queue is
/// the only one that gives them work; so what it matches must always find the room that it saw.
/// </summary>
internal sealed class LateNewsCase(int seed, int steps)
{
    private readonly Random _random = new(seed);
    private readonly List<TrueAgent> _agents = [];
    private readonly List<AgentRouting> _news = [];
    private readonly List<(TrueAgent Agent, int Units)> _work = [];
    private readonly List<OnItsWay> _onItsWay = [];
    private readonly HashSet<string> _assigned = [];
    private Instant _now = BoardCase.Start;
    private int _ids;

    /// <summary>Assigned in the run.</summary>
    public int Assigned => _assigned.Count;

    public IEnumerable<LateNewsCase> Smaller()
    {
        for (var fewer = 1; fewer < steps; fewer *= 2) yield return new LateNewsCase(seed, fewer);
    }

    public override string ToString() => $"{steps} steps of {seed}";

    /// <returns>What is wrong; null: nothing.</returns>
    public string? Run()
    {
        var board = new QueueBoard(BoardCase.MakeQueue(_random), WorkUnits.Usual);
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            var profile = BoardCase.MakeAgent(_random, $"a{i}", 1, 0);
            profile.Presence = Presence.Online;
            profile.HeldUnits = 0;
            if (_random.Next(3) > 0)
            {
                profile.Queues.Add("main");
                profile.Channels.Clear();
                profile.Skills.Clear();
                profile.Skills.Add([new Skill { Name = "returns", Level = 3 }, new Skill { Name = "wine", Level = 3 }]);
                profile.Languages.Add(["en", "pt"]);
            }

            profile.CapacityUnits = Math.Max(30, profile.CapacityUnits);
            profile.Reservations.Clear();
            _agents.Add(new TrueAgent(profile));
            board.PutAgent(profile, _now);
        }

        for (var step = 0; step < steps; step++)
        {
            if (_random.Next(4) == 0) _now += Duration.FromSeconds(_random.Next(0, 12));
            if (Step(board) is { } fault) return $"step {step} at {_now}: {fault}";
            if (_agents.Find(agent => agent.Load(_now) > agent.Profile.CapacityUnits) is { } over) return $"step {step}: {over.Profile.Agent} is over capacity";
        }

        return null;
    }

    private string? Step(QueueBoard board)
    {
        switch (_random.Next(12))
        {
            case < 2:
                board.Put(BoardCase.MakeConversation(_random, $"c{++_ids}", 1, (int)(_now - BoardCase.Start).TotalSeconds), _now);
                return null;
            case < 4:
                while (board.Next(_now, $"r{++_ids}", _now + Duration.FromSeconds(35)) is { } match)
                    _onItsWay.Add(new OnItsWay(match, _agents.Single(agent => agent.Profile.Agent == match.Agent), _now + Duration.FromSeconds(30)));
                return null;
            case < 6 when _news.Count > 0:
                var at = _random.Next(_news.Count);
                board.PutAgent(_news[at], _now);
                if (_random.Next(3) > 0) _news.RemoveAt(at);
                return null;
            case 6 when _work.Count > 0:
                var done = _work[_random.Next(_work.Count)];
                _work.Remove(done);
                done.Agent.Held -= done.Units;
                _news.Add(done.Agent.Tell());
                return null;
            case > 6 when _onItsWay.Count > 0: return Advance(board, _onItsWay[_random.Next(_onItsWay.Count)]);
            default: return null;
        }
    }

    private string? Advance(QueueBoard board, OnItsWay way)
    {
        var (match, agent) = (way.Match, way.Agent);
        switch (way.Stage++)
        {
            case 0:
                if (way.Until <= _now)
                {
                    _onItsWay.Remove(way);
                    return null;
                }

                if (agent.Load(_now) + match.Units > agent.Profile.CapacityUnits)
                    return $"{match.Agent} has no room for {match.Conversation.Conversation}";
                agent.Reservations[match.Reservation] = (match.Units, way.Until);
                way.Reply = agent.Tell();
                if (_random.Next(2) == 0) _news.Add(way.Reply);
                return null;
            case 1:
                // A reply that is lost: the queue hears of it by the news, or when its hold is over.
                if (_random.Next(8) == 0) _onItsWay.Remove(way);
                else board.PutAgent(way.Reply!, _now);
                return null;
            default:
                _onItsWay.Remove(way);
                // Expired at the agent, who then refuses to confirm; or refused by the conversation.
                var isLive = agent.Reservations.Remove(match.Reservation, out var reserved) && reserved.Until > _now;
                if (isLive && _random.Next(5) > 0)
                {
                    if (!_assigned.Add(match.Conversation.Conversation)) return $"{match.Conversation.Conversation} is assigned twice";
                    agent.Held += match.Units;
                    _work.Add((agent, match.Units));
                    board.Remove(match.Conversation.Conversation, match.Conversation.Version + 1, _now);
                }

                // The agent's answer to that comes first: then its word counts, and the hold does not.
                board.PutAgent(agent.Tell(), _now);
                board.Drop(match.Reservation, _now);
                return null;
        }
    }

    private sealed class OnItsWay(Match match, TrueAgent agent, Instant until)
    {
        public Match Match { get; } = match;

        public TrueAgent Agent { get; } = agent;

        /// <summary>When the reservation ends; the queue's hold ends a little later.</summary>
        public Instant Until { get; } = until;

        public int Stage { get; set; }

        public AgentRouting? Reply { get; set; }
    }

    private sealed class TrueAgent(AgentRouting profile)
    {
        private long _version = 1;

        public AgentRouting Profile { get; } = profile;

        public int Held { get; set; }

        public Dictionary<string, (int Units, Instant Until)> Reservations { get; } = [];

        public int Load(Instant now) => Held + Reservations.Values.Where(reserved => reserved.Until > now).Sum(reserved => reserved.Units);

        public AgentRouting Tell()
        {
            var told = new AgentRouting(Profile) { Version = ++_version, HeldUnits = Held };
            foreach (var (id, (units, until)) in Reservations)
                told.Reservations.Add(new ReservedUnits { Reservation = id, Units = units, ExpireTime = until.ToTimestamp() });
            return told;
        }
    }
}
