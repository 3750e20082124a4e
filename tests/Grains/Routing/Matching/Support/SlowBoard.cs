using Engine.Grains.Routing;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Tests.Routing.Matching.Support;

/// <summary>
/// Slow, and obviously right: remembers what it was told, and whenever asked sorts all that wait, and looks at every agent
/// for each.
/// </summary>
internal sealed class SlowBoard(Queue queue, WorkUnits units)
{
    private readonly Dictionary<string, WaitingConversation> _waiting = [];
    private readonly Dictionary<string, long> _gone = [];
    private readonly Dictionary<string, AgentRouting> _agents = [];
    private readonly Dictionary<string, long> _agentVersions = [];
    private readonly Dictionary<(string Conversation, string Agent), (Instant Again, Instant Until)> _declined = [];
    private readonly Dictionary<string, Instant> _resting = [];
    private readonly HashSet<string> _told = [];

    /// <summary>By when they were made.</summary>
    public List<SlowHold> Holds { get; } = [];

    public Queue Queue { get; set; } = queue;

    public IEnumerable<WaitingConversation> Waiting => _waiting.Values;

    public IEnumerable<AgentRouting> Agents => _agents.Values.OrderBy(agent => agent.Agent, StringComparer.Ordinal);

    public bool Put(WaitingConversation conversation)
    {
        var id = conversation.Conversation;
        if (_gone.TryGetValue(id, out var gone) && gone >= conversation.Version) return false;
        if (_waiting.TryGetValue(id, out var known) && known.Version >= conversation.Version) return false;
        _gone.Remove(id);
        _waiting[id] = conversation;
        return true;
    }

    public bool Remove(string id, long version)
    {
        if (_waiting.TryGetValue(id, out var known) && known.Version > version) return false;
        _waiting.Remove(id);
        if (_gone.TryGetValue(id, out var gone) && gone >= version) return false;
        _gone[id] = version;
        return true;
    }

    public bool PutAgent(AgentRouting agent)
    {
        if (_agentVersions.GetValueOrDefault(agent.Agent) >= agent.Version) return false;
        _agentVersions[agent.Agent] = agent.Version;
        _agents[agent.Agent] = agent;
        _resting.Remove(agent.Agent);
        foreach (var hold in Holds.Where(hold => hold.Agent == agent.Agent && agent.Reservations.Any(r => r.Reservation == hold.Reservation)))
            _told.Add(hold.Reservation);
        return true;
    }

    public void RemoveAgent(string id, long version)
    {
        if (_agentVersions.GetValueOrDefault(id) > version) return;
        _agentVersions[id] = version;
        _agents.Remove(id);
        _resting.Remove(id);
    }

    public void Hold(SlowHold hold)
    {
        Holds.Add(hold);
        if (_agents.TryGetValue(hold.Agent, out var agent) && agent.Reservations.Any(r => r.Reservation == hold.Reservation)) _told.Add(hold.Reservation);
    }

    public void Drop(string reservation)
    {
        Holds.RemoveAll(hold => hold.Reservation == reservation);
        _told.Remove(reservation);
    }

    public void Decline(string conversation, string agent, Instant again, Instant until) => _declined[(conversation, agent)] = (again, until);

    public void Rest(string agent, Instant until)
    {
        _resting[agent] = _resting.TryGetValue(agent, out var before) && before > until ? before : until;
    }

    /// <summary>Holds that are over by themselves.</summary>
    public void Pass(Instant now)
    {
        foreach (var over in Holds.Where(hold => hold.Until <= now).ToList()) Drop(over.Reservation);
    }

    public IEnumerable<WaitingConversation> InOrder() => _waiting.Values
        .OrderByDescending(c => c.Priority == Priority.Unspecified ? Priority.Normal : c.Priority)
        .ThenBy(c => c.DeadlineTime?.ToInstant() ?? Instant.MaxValue)
        .ThenBy(c => c.WaitBeginTime.ToInstant())
        .ThenBy(c => c.Conversation, StringComparer.Ordinal);

    public bool IsFree(WaitingConversation conversation, Instant now) =>
        Holds.TrueForAll(hold => hold.Conversation != conversation.Conversation)
        && (conversation.NotBeforeTime is not { } notBefore || notBefore.ToInstant() <= now);

    /// <summary>The first in order for whom somebody is there, and who, and by which rule.</summary>
    public (WaitingConversation Conversation, string Agent, RoutingRule Rule)? Next(Instant now)
    {
        foreach (var conversation in InOrder().Where(c => IsFree(c, now)))
        {
            var candidates = Candidates(conversation, now, out var rule);
            var held = HeldBefore(conversation, now);
            var best = Ranked(candidates.Where(a => Room(a, now) >= UnitsOf(conversation) && !held.ContainsKey(a.Agent)), now).FirstOrDefault();
            if (best is not null) return (conversation, best.Agent, rule);
        }

        return null;
    }

    /// <summary>Agents who save room up for what comes before a conversation, and for what; null: for anything.</summary>
    public Dictionary<string, WaitingConversation> HeldBefore(WaitingConversation? conversation, Instant now)
    {
        var held = new Dictionary<string, WaitingConversation>();
        var max = Queue.HasHeldAgentsMax ? Queue.HeldAgentsMax : 1;
        var percent = Queue.HasHeldAgentsPercent ? Queue.HeldAgentsPercent : 20;
        var claims = 0;
        var free = InOrder().Where(c => IsFree(c, now)).ToList();
        if (max == 0) return held;
        foreach (var claimant in free.TakeWhile(c => c != conversation))
        {
            var isFirst = claimant == free[0] && free.Exists(c => UnitsOf(c) < UnitsOf(claimant));
            if (claimant.Mode != ConversationMode.Callback && !isFirst) continue;
            if (++claims > 32) break;
            var fitting = Agents.Where(a => a.Presence == Presence.Online && Misfit(claimant, a, now) == RoutingVerdict.Chosen).ToList();
            var may = Math.Min(max, Math.Max(1, fitting.Count * percent / 100) - fitting.Count(a => held.ContainsKey(a.Agent)));
            var nearest = Candidates(claimant, now, out _)
                .Where(a => !held.ContainsKey(a.Agent) && !IsResting(a.Agent, now) && a.CapacityUnits >= UnitsOf(claimant))
                .OrderByDescending(a => Room(a, now)).ThenBy(a => a.Agent, StringComparer.Ordinal);
            foreach (var agent in nearest.Take(may)) held.Add(agent.Agent, claimant);
        }

        return held;
    }

    /// <summary>Those among whom room decides.</summary>
    public List<AgentRouting> Candidates(WaitingConversation conversation, Instant now, out RoutingRule rule)
    {
        rule = Queue.AgentChoice == RoutingRule.Unspecified ? RoutingRule.MostSpare : Queue.AgentChoice;
        var fitting = Agents.Where(agent => agent.Presence == Presence.Online && Misfit(conversation, agent, now) == RoutingVerdict.Chosen).ToList();
        var asked = fitting.Where(agent => !HasDeclined(conversation, agent, now)).ToList();
        if (now < conversation.WaitBeginTime.ToInstant() + (Queue.PreferredWait?.ToNoda() ?? NodaTime.Duration.FromMinutes(2))
            && asked.Find(agent => agent.Agent == conversation.PreferredAgent) is { } preferred)
        {
            rule = RoutingRule.Preferred;
            return [preferred];
        }

        if (asked.Count == 0) asked = [.. fitting.Where(agent => _declined[(conversation.Conversation, agent.Agent)].Again <= now)];
        return asked;
    }

    public bool HasDeclined(WaitingConversation conversation, AgentRouting agent, Instant now) =>
        _declined.TryGetValue((conversation.Conversation, agent.Agent), out var declined) && declined.Until > now;

    public int UnitsOf(WaitingConversation conversation) => units.UnitsOf(conversation.Mode, conversation.Channel);

    public int Load(AgentRouting agent, Instant now) => agent.HeldUnits
        + agent.Reservations.Where(r => r.ExpireTime is null || r.ExpireTime.ToInstant() > now).Sum(r => r.Units)
        + Holds.Where(hold => hold.Agent == agent.Agent && !_told.Contains(hold.Reservation)).Sum(hold => hold.Units);

    public int Room(AgentRouting agent, Instant now) =>
        IsResting(agent.Agent, now) ? -1 : agent.CapacityUnits - Load(agent, now);

    private bool IsResting(string agent, Instant now) => _resting.TryGetValue(agent, out var until) && until > now;

    public int StepOf(WaitingConversation conversation, Instant now) => Applying(conversation, now).Count();

    /// <summary>CHOSEN: fits. Unspecified: of no queue that is asked.</summary>
    public RoutingVerdict Misfit(WaitingConversation conversation, AgentRouting agent, Instant now)
    {
        var steps = Applying(conversation, now).ToList();
        var queues = steps.SelectMany(step => step.AlsoQueues).Append(Queue.Name).ToList();
        if (!agent.Queues.Any(id => queues.Contains($"queues/{id}"))) return RoutingVerdict.Unspecified;
        if (agent.Channels.Count > 0 && !agent.Channels.Contains(conversation.Channel)) return RoutingVerdict.Channel;
        if (Queue.MatchLanguage && !steps.Exists(step => step.DropLanguage) && conversation.Language != ""
            && !agent.Languages.Any(l => conversation.Language == l || conversation.Language.StartsWith($"{l}-", StringComparison.Ordinal)))
            return RoutingVerdict.MissingLanguage;
        foreach (var asked in Queue.RequiredSkills.Concat(conversation.RequiredSkills))
        {
            if (steps.Exists(step => step.DropAllSkills || step.DropSkills.Contains(asked.Skill))) continue;
            if (!agent.Skills.Any(skill => skill.Name == asked.Skill && skill.Level >= asked.LevelMin)) return RoutingVerdict.MissingSkill;
        }

        return RoutingVerdict.Chosen;
    }

    /// <summary>Whether the rule sees no difference between two.</summary>
    public bool IsTie(AgentRouting agent, string other, Instant now)
    {
        var chosen = _agents[other];
        return Queue.AgentChoice switch
        {
            RoutingRule.MostSpareShare => (decimal)Room(agent, now) / agent.CapacityUnits == (decimal)Room(chosen, now) / chosen.CapacityUnits,
            RoutingRule.RoundRobin => LastAssign(agent) == LastAssign(chosen),
            _ => Room(agent, now) == Room(chosen, now),
        };
    }

    private IEnumerable<RelaxStep> Applying(WaitingConversation conversation, Instant now) =>
        Queue.RelaxSteps.Where(step => conversation.WaitBeginTime.ToInstant() + step.After.ToNoda() <= now);

    private IOrderedEnumerable<AgentRouting> Ranked(IEnumerable<AgentRouting> agents, Instant now) => Queue.AgentChoice switch
    {
        RoutingRule.MostSpareShare => agents.OrderByDescending(a => (decimal)Room(a, now) / a.CapacityUnits).ThenBy(a => a.Agent, StringComparer.Ordinal),
        RoutingRule.RoundRobin => agents.OrderBy(LastAssign).ThenBy(a => a.Agent, StringComparer.Ordinal),
        _ => agents.OrderByDescending(a => Room(a, now)).ThenBy(a => a.Agent, StringComparer.Ordinal),
    };

    private Instant LastAssign(AgentRouting agent) => Holds.Where(hold => hold.Agent == agent.Agent).Select(hold => hold.Since)
        .Append(agent.LastAssignTime?.ToInstant() ?? Instant.MinValue).Max();
}
