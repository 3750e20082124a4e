using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Views;

/// <summary>What a conversation's commit says of promises kept and broken. Pure.</summary>
internal static class PromiseProjection
{
    private const string QueuePrefix = "queues/";

    public static void Add(List<ViewChange> changes, JournalRow row, ConversationCommit commit)
    {
        // A breach may move the conversation in the same commit; it counts where the conversation was when it was breached.
        var queue = commit.Events.FirstOrDefault(e => e.EventCase == ConversationEvent.EventOneofCase.QueueChanged) is { } moved
            ? IdOf(moved.QueueChanged.From)
            : commit.Summary.Queue;
        for (var place = 0; place < commit.Events.Count; place++)
        {
            var e = commit.Events[place];
            if (e.EventCase == ConversationEvent.EventOneofCase.QueueChanged)
                queue = IdOf(e.QueueChanged.To);
            else if (e.Sla?.Notice is { } notice)
                changes.Add(new ViewChange.AddSlaOutcome(Outcome(row, place, queue, notice)));
            else if (e.Expectation?.Ended is { } ended)
                changes.Add(new ViewChange.AddPromiseOutcome(Outcome(row, place, queue, ended)));
        }
    }

    private static SlaOutcomeRow Outcome(JournalRow row, int place, string queue, SlaNotice notice) => new(
        row.Stream.Workspace,
        row.Stream.Id,
        row.Version,
        place,
        notice.EffectiveTime.ToDateTimeOffset(),
        queue,
        notice.Rules?.Policy ?? "",
        (int)notice.Metric,
        (int)notice.Kind,
        notice.DeadlineId);

    private static PromiseOutcomeRow Outcome(JournalRow row, int place, string queue, PromiseEnded ended) => new(
        row.Stream.Workspace,
        row.Stream.Id,
        row.Version,
        place,
        ended.EffectiveTime.ToDateTimeOffset(),
        queue,
        (int)ended.Basis,
        ended.Answered,
        ended.BeforeLikely,
        ended.BeforeLatest,
        ended.Revised,
        ended.BeforeRevised);

    private static string IdOf(string name) => name.StartsWith(QueuePrefix, StringComparison.Ordinal) ? name[QueuePrefix.Length..] : name;
}
