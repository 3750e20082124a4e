using System.Globalization;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>
/// Whether somebody was ever given more work than they can hold.
/// </summary>
/// <remarks>
/// The agent's own actor is the gate, and it learns of a conversation from the journal, a moment after the conversation's
/// commit. What is given to an agent - routed, accepted, transferred - is let through that gate before it is committed, so it
/// counts from its commit on, without any tolerance. What grows in the agent's hands (the customer wrote again, a snooze ended,
/// a chat began) asks the gate afterwards: it is let in, or returned to its queue because there is no room. From its commit until
/// the gate's answer can have come, <c>inFlight</c>, it is therefore not held against the agent; if it is still there after
/// that, at that weight, it counts like everything else.
/// <para>
/// One thing can neither be refused nor returned: an agent who is full writes into a conversation that was set aside, which holds
/// the units of a PENDING one from then on though there is no room for them. Instants that are over capacity only with those are
/// told apart.
/// </para>
/// </remarks>
internal static class CapacityCheck
{
    /// <param name="inFlight">How long the answer of the gate may take, by the engine's clock.</param>
    /// <param name="skew">How far clocks of different silos may differ: what is given back counts so much earlier.</param>
    /// <returns>What was found, and how much more there is with what agents did by their own hands.</returns>
    public static (Findings OverCapacity, long ByOwnHand) Check(
        IReadOnlyCollection<Holding> holdings, IReadOnlyDictionary<string, AgentStory> agents, TimeSpan inFlight, TimeSpan skew)
    {
        var found = Find(holdings.Where(h => !h.ByOwnHand), agents, inFlight, skew);
        return (found, Math.Max(0, Find(holdings, agents, inFlight, skew).Count - found.Count));
    }

    private static Findings Find(
        IEnumerable<Holding> holdings, IReadOnlyDictionary<string, AgentStory> agents, TimeSpan inFlight, TimeSpan skew)
    {
        var findings = new Findings();
        foreach (var agent in holdings.GroupBy(h => h.Agent, StringComparer.Ordinal))
        {
            var capacity = agents.TryGetValue(agent.Key, out var story) ? story.CapacityUnits : 0;
            var changes = new List<(DateTimeOffset At, int Units, string Conversation)>();
            foreach (var holding in agent)
            {
                var from = holding.Grown ? holding.From + inFlight : holding.From;
                var to = holding.To - skew;
                if (to <= from) continue;
                changes.Add((from, holding.Units, holding.Conversation));
                changes.Add((to, -holding.Units, holding.Conversation));
            }

            Walk(agent.Key, capacity, changes, findings);
        }

        return findings;
    }

    private static void Walk(
        string agent, int capacity, List<(DateTimeOffset At, int Units, string Conversation)> changes, Findings findings)
    {
        var held = 0;
        foreach (var instant in changes.OrderBy(c => c.At).GroupBy(c => c.At))
        {
            var before = held;
            held += instant.Sum(c => c.Units);
            // Every instant at which it becomes more than there is, or still more, is one.
            if (held > capacity && held > before)
            {
                findings.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{agent} holds {held} of {capacity} units at {instant.Key:HH:mm:ss.fff} with {string.Join(", ", instant.Where(c => c.Units > 0).Select(c => c.Conversation))}"));
            }
        }
    }
}
