namespace Engine.LoadTests.Shift.Observing;

/// <summary>How well what customers were told came true: the first that was told, against the first human answer after it.</summary>
internal sealed record ExpectationMeter
{
    /// <summary>Answers to customers who had been told a time.</summary>
    public long Answers { get; init; }

    /// <summary>Share of them before the likely instant; a good forecast comes to a half.</summary>
    public double? BeforeLikely { get; init; }

    /// <summary>Share of them before the latest instant; a good forecast comes to nine tenths.</summary>
    public double? BeforeLatest { get; init; }

    /// <summary>Customers who were told that nothing is known.</summary>
    public long UntoldAnswers { get; init; }

    public static ExpectationMeter Of(IEnumerable<ToldExpectation> told, IReadOnlyDictionary<string, ConversationStory> stories)
    {
        long answers = 0, likely = 0, latest = 0, untold = 0;
        foreach (var conversation in told.GroupBy(t => t.Conversation, StringComparer.Ordinal))
        {
            if (!stories.TryGetValue(conversation.Key, out var story)) continue;
            // Further messages while the customer waits are answered by the same answer; the first promise counts.
            long answeredUntil = 0;
            foreach (var promise in conversation.OrderBy(p => p.Version))
            {
                if (promise.Version < answeredUntil) continue;
                if (story.Steps.FirstOrDefault(s => s.IsAnswer && s.Version > promise.Version) is not { } answer) break;
                answeredUntil = answer.Version;
                if (promise.Likely is not { } likelyTime || promise.Latest is not { } latestTime)
                {
                    untold++;
                    continue;
                }

                answers++;
                if (answer.CommitTime <= likelyTime) likely++;
                if (answer.CommitTime <= latestTime) latest++;
            }
        }

        return new ExpectationMeter
        {
            Answers = answers,
            BeforeLikely = answers > 0 ? (double)likely / answers : null,
            BeforeLatest = answers > 0 ? (double)latest / answers : null,
            UntoldAnswers = untold,
        };
    }
}
