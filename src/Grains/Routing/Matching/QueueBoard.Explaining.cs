using Engine.Grains.Sla;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Matching;

public sealed partial class QueueBoard
{
    /// <summary>Why a conversation still waits. Looks at all that wait, for its place.</summary>
    /// <returns>Null: it does not wait here.</returns>
    public WaitingExplanation? Explain(string conversation, Instant now)
    {
        Advance(now);
        Save();
        if (!_waiting.TryGetValue(conversation, out var entry)) return null;
        var explanation = new WaitingExplanation { Queue = _rules.Name, Place = PlaceOf(entry) };
        var step = _rules.StepAt(_now - entry.WaitBegin);
        if (step + 1 < _rules.Steps.Count)
            explanation.NextRelaxTime = BoardTime.ToInstant(entry.WaitBegin + _rules.Steps[step + 1].After).ToTimestamp();
        var hold = _underWay.ContainsKey(conversation) ? _holds.Values.First(hold => hold.Conversation == conversation) : null;
        if (hold is not null) explanation.OfferedTo = hold.Agent.Name;
        var profile = _profiles.Use(entry.Conversation, step);
        var question = new LosersQuestion(
            entry, profile, entry.Units, hold?.Agent, RoutingRule.Unspecified, entry.Lane?.Only is not null, _refusals.GetValueOrDefault(conversation));
        new Losers(_roster, _saved).Tell(question, explanation.Candidates, explanation.Others);
        explanation.HeldAgents.AddRange(_saved.HeldFor(entry).Select(slot => _roster.At(slot).Name));
        _profiles.Leave(profile);
        return explanation;
    }

    /// <summary>A person's decision: how laden the agent was, and who else was there.</summary>
    /// <param name="conversation">One that does not wait here can be told of too: then nothing is said of others.</param>
    public RoutingDecision ExplainByHand(string conversation, string agent, string reservation, int units, Instant now)
    {
        Advance(now);
        Save();
        var chosen = _roster.Get(agent);
        if (!_waiting.TryGetValue(conversation, out var entry))
        {
            var alone = NewDecision(chosen, RoutingRule.ByHand, reservation, units);
            alone.Candidates.Add(new Losers(_roster, _saved).Candidate(chosen, RoutingVerdict.Chosen, ""));
            return alone;
        }

        var profile = _profiles.Use(entry.Conversation, _rules.StepAt(_now - entry.WaitBegin));
        var decision = Explain(entry, profile, chosen, RoutingRule.ByHand, reservation, units);
        _profiles.Leave(profile);
        return decision;
    }

    private RoutingDecision Explain(WaitingEntry entry, Profile profile, BoardAgent chosen, RoutingRule rule, string reservation, int units)
    {
        var decision = NewDecision(chosen, rule, reservation, units);
        decision.RelaxStep = profile.Step;
        decision.WaitBeginTime = entry.Conversation.WaitBeginTime;
        var question = new LosersQuestion(
            entry, profile, units, chosen, rule, rule == RoutingRule.Preferred, _refusals.GetValueOrDefault(entry.Id));
        new Losers(_roster, _saved).Tell(question, decision.Candidates, decision.Others);
        return decision;
    }

    private RoutingDecision NewDecision(BoardAgent chosen, RoutingRule rule, string reservation, int units) => new()
    {
        Queue = _rules.Name,
        Agent = chosen.Name,
        Rule = rule,
        Units = units,
        Reservation = reservation,
        WaitingCount = _waiting.Count,
        QueueVersion = _rules.Version,
    };

    /// <summary>1 is next. Those under way to somebody, and those whose time has not come, are in nobody's way.</summary>
    private int PlaceOf(WaitingEntry entry)
    {
        var place = 1;
        foreach (var other in _waiting.Values)
            if (other.Lane is not null && other.IsBefore(entry)) place++;
        return place;
    }
}
