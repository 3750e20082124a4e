using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>A conversation that holds units of an agent for a time.</summary>
/// <param name="Conversation">conversations/{conversation}.</param>
/// <param name="Agent">agents/{agent}.</param>
/// <param name="Units">As many; above 0.</param>
/// <param name="From">From then on.</param>
/// <param name="To">Before.</param>
/// <param name="Grown">
/// Not given to the agent like this: it was the agent's already, and the customer wrote again, a snooze ended, a chat began.
/// </param>
/// <param name="ByOwnHand">
/// Grown, and no customer waits: the agent wrote into what was set aside. Nobody else is to take it over, so it cannot be returned.
/// </param>
internal sealed record Holding(
    string Conversation, string Agent, int Units, DateTimeOffset From, DateTimeOffset To, bool Grown, bool ByOwnHand = false)
{
    /// <summary>All holdings of a conversation until <paramref name="end"/>.</summary>
    public static IEnumerable<Holding> Of(ConversationStory story, ShopRules rules, DateTimeOffset end)
    {
        var (agent, units, from, grown, byOwnHand) = ("", 0, default(DateTimeOffset), false, false);
        foreach (var step in story.Steps)
        {
            if (step.CommitTime > end) break;
            var now = rules.UnitsOf(step);
            if (step.Assignee == agent && now == units) continue;
            if (units > 0 && agent.Length > 0 && step.CommitTime > from) yield return new Holding(story.Name, agent, units, from, step.CommitTime, grown, byOwnHand);
            // What shrinks was let in at more; what grows asks for more than was agreed when it came.
            grown = step.Assignee == agent && (now > units || grown);
            byOwnHand = grown && step.Status != ConversationStatus.Open;
            (agent, units, from) = (step.Assignee, now, step.CommitTime);
        }

        if (units > 0 && agent.Length > 0 && end > from) yield return new Holding(story.Name, agent, units, from, end, grown, byOwnHand);
    }
}
