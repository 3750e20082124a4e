namespace Engine.LoadTests.Shift.Observing;

/// <summary>A stretch of time in which a conversation waited in one queue for somebody.</summary>
/// <param name="Story">The conversation.</param>
/// <param name="Begin">How it stood when the wait began.</param>
/// <param name="From">Since when somebody was to be found.</param>
/// <param name="To">Until when; the end of the observation for one that still waits.</param>
/// <param name="Ended">Whether it ended before the observation did.</param>
internal sealed record Waiting(ConversationStory Story, ConversationStep Begin, DateTimeOffset From, DateTimeOffset To, bool Ended)
{
    /// <summary>All waits of a conversation until <paramref name="end"/>.</summary>
    public static IEnumerable<Waiting> Of(ConversationStory story, DateTimeOffset end)
    {
        ConversationStep? begin = null;
        foreach (var step in story.Steps)
        {
            if (step.CommitTime > end) break;
            if (begin is not null && step.IsWaiting && step.Queue == begin.Queue && step.Mode == begin.Mode) continue;
            if (begin is not null && Since(begin) < step.CommitTime) yield return new Waiting(story, begin, Since(begin), step.CommitTime, true);
            begin = step.IsWaiting ? step : null;
        }

        if (begin is not null && Since(begin) < end) yield return new Waiting(story, begin, Since(begin), end, false);
    }

    private static DateTimeOffset Since(ConversationStep begin) =>
        begin.NotBefore is { } notBefore && notBefore > begin.CommitTime ? notBefore : begin.CommitTime;
}
