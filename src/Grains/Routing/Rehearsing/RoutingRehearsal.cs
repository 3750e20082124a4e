using Engine.Grains.Sla;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>
/// What other settings would have made of the past. The very board that will match matches here, along the instants at which
/// something happens: a conversation arrives, an agent comes or goes, a conversation is done with, a step relaxes. Arrivals,
/// presences and working times are taken as they were, so how people would have worked under other settings is not foretold;
/// nor is what happens to conversations of somebody who goes: they finish what they have. Assignments take no time, offers
/// are accepted at once.
/// Pure: no clock, no I/O, no chance.
/// </summary>
public static class RoutingRehearsal
{
    /// <summary>Conversations taken; of more, those that arrived first.</summary>
    public const int ConversationsMax = 20_000;

    private const double NinetiethPercentile = 0.9;

    /// <summary>Lets the past happen under proposed settings.</summary>
    /// <param name="start">What waited already is there then.</param>
    /// <param name="end">What still waits then got no agent: it counts as having waited longer than all others.</param>
    public static RoutingDryRun Run(
        IEnumerable<RehearsedConversation> conversations,
        IEnumerable<RehearsedShift> shifts,
        Queue proposed,
        WorkUnits units,
        Instant start,
        Instant end)
    {
        ArgumentNullException.ThrowIfNull(conversations);
        ArgumentNullException.ThrowIfNull(shifts);
        var all = conversations
            .Where(conversation => conversation.Conversation.WaitBeginTime.ToInstant() < end)
            .OrderBy(conversation => conversation.Conversation.WaitBeginTime.ToInstant())
            .ToList();
        var taken = all.Take(ConversationsMax).ToList();
        var run = new RehearsalRun(taken, shifts, proposed, units, start, end);
        run.Run();
        var recorded = taken.Select(conversation => conversation.RecordedWait).ToList();
        return new RoutingDryRun
        {
            ConversationCount = taken.Count,
            AssignedCount = run.Waits.Count,
            MedianWait = Quantile(run.Waits, taken.Count, 0.5),
            NinetiethPercentileWait = Quantile(run.Waits, taken.Count, NinetiethPercentile),
            RecordedMedianWait = Quantile(recorded.OfType<Duration>(), taken.Count, 0.5),
            RecordedNinetiethPercentileWait = Quantile(recorded.OfType<Duration>(), taken.Count, NinetiethPercentile),
            Hours = { run.Hours },
            Truncated = all.Count > taken.Count,
        };
    }

    /// <summary>By rank; null when it falls among those who never got an agent.</summary>
    private static Google.Protobuf.WellKnownTypes.Duration? Quantile(IEnumerable<Duration> waits, int count, double share)
    {
        if (count == 0) return null;
        var sorted = waits.Order().ToList();
        var rank = (int)Math.Ceiling(count * share) - 1;
        return rank < sorted.Count ? sorted[rank].ToProto() : null;
    }
}
