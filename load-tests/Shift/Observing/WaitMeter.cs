using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>How long something took, in seconds by the engine's clock.</summary>
internal sealed record WaitMeter(long Count, double? P50S, double? P90S, double? MaxS)
{
    public static WaitMeter Of(IEnumerable<TimeSpan> durations)
    {
        var sorted = durations.Order().ToList();
        return new WaitMeter(
            sorted.Count, Percentiles.Of(sorted, 50)?.TotalSeconds, Percentiles.Of(sorted, 90)?.TotalSeconds,
            sorted.Count > 0 ? sorted[^1].TotalSeconds : null);
    }

    /// <summary>From a customer's message that nobody has to who gets it.</summary>
    public static WaitMeter ToAssignment(IEnumerable<Waiting> waits) =>
        Of(waits.Where(w => w.Ended && w.Begin.IsCustomerMessage).Select(w => w.To - w.From));

    /// <summary>From the oldest unanswered message of a customer to the first human answer.</summary>
    public static WaitMeter ToAnswer(IEnumerable<ConversationStory> stories) =>
        Of(stories.SelectMany(Answers));

    private static IEnumerable<TimeSpan> Answers(ConversationStory story)
    {
        DateTimeOffset? since = null;
        foreach (var step in story.Steps)
        {
            if (step.IsCustomerMessage) since ??= step.CommitTime;
            if (!step.IsAnswer || since is not { } asked) continue;
            yield return step.CommitTime - asked;
            since = null;
        }
    }
}
