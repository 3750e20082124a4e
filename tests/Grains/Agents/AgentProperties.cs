using Engine.Grains.Agents;
using Engine.Grains.Tests.Agents.Support;
using Xunit.Abstractions;

namespace Engine.Grains.Tests.Agents;

/// <summary>What holds for every agent, whatever queues, people, customers and the journal do to them, in whatever order.</summary>
public sealed class AgentProperties(ITestOutputHelper output)
{
    [Fact]
    public void Nobody_holds_more_than_fits_unless_people_or_a_smaller_capacity_want_it() => AgentCases.Check(output, run =>
    {
        // What was admitted by room never makes more than the capacity at that moment: an excess was there before, or is people's.
        foreach (var step in run.Steps)
        {
            var (before, after) = (step.HeldBefore, step.HeldAfter);
            if (after > step.CapacityAfter && after > before && !step.IsPeoplesDecision)
                return $"{step.Command}: {before} -> {after} units of {step.CapacityAfter}";
        }

        return null;
    });

    [Fact]
    public void Replayed_from_the_journal_an_agent_is_who_they_were() => AgentCases.Check(output, run =>
        AgentCases.Difference(run.State, run.Replayed()));

    [Fact]
    public void Replayed_from_a_snapshot_and_the_rest_an_agent_is_who_they_were() => AgentCases.Check(output, run =>
        AgentCases.Difference(run.State, run.ReplayedFromSnapshot()));

    [Fact]
    public void The_last_news_of_each_conversation_decide_what_is_in_the_inbox() => AgentCases.Check(output, run =>
    {
        foreach (var (conversation, known) in run.LastTold)
        {
            var isIn = run.State.Inbox.TryGetValue(conversation, out var entry);
            if (known.IsIn != isIn) return $"{conversation} is {(isIn ? "in" : "not in")} the inbox";
            if (isIn && (entry!.ConversationVersion != known.Version || entry.Status != known.Status)) return $"{conversation} as of {entry.ConversationVersion}";
        }

        return null;
    });

    [Fact]
    public void Every_reservation_is_over_in_time() => AgentCases.Check(output, run =>
    {
        // Confirmed ones end with their conversation's news; all others by their own time.
        var end = run.Now.AddHours(1);
        var left = run.State.Reservations.Values.FirstOrDefault(r => r.ExpireTime is not null && AgentState.IsLive(r, end));
        if (left is not null) return $"{left} lives on";
        var tidied = AgentCore.Tidy(run.State, end).Change;
        var after = tidied is null ? run.State : AgentCore.Apply(run.State, run.State.Version + 1, Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(end), tidied.Events, null);
        return after.Reservations.Values.Any(r => r.ExpireTime is not null) ? "not tidied" : null;
    });

    [Fact]
    public void What_is_told_twice_changes_nothing() => AgentCases.Check(output, run => run.ChangedByRepetition);

    [Fact]
    public void What_holds_no_units_though_a_customer_waits_is_on_its_way_back() => AgentCases.Check(output, run =>
    {
        foreach (var entry in run.State.Inbox.Values.Where(AgentState.IsReturned))
        {
            if (!run.Returned.Contains(entry.Conversation)) return $"{entry.Conversation} was never returned";
        }

        return null;
    });
}
