using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>Something that the shop owed a customer for a time.</summary>
/// <param name="Metric">What.</param>
/// <param name="From">Since when.</param>
/// <param name="To">Until when; null: to the end.</param>
internal sealed record Owed(SlaMetric Metric, DateTimeOffset From, DateTimeOffset? To)
{
    /// <summary>All of a conversation, in order.</summary>
    public static IReadOnlyList<Owed> Of(ConversationStory story)
    {
        var all = new List<Owed>();
        var (answered, live) = (false, false);
        (SlaMetric Metric, DateTimeOffset From)? reply = null;
        DateTimeOffset? resolution = null;
        foreach (var step in story.Steps)
        {
            if (step.IsAnswer)
            {
                EndReply(step.At);
                answered = true;
            }
            else if (step.IsCustomerMessage)
            {
                reply ??= (answered ? SlaMetric.NextResponse : SlaMetric.FirstResponse, step.At);
            }

            var isOver = step.Status is ConversationStatus.Resolved or ConversationStatus.Closed;
            if (isOver)
            {
                EndReply(step.At);
                if (resolution is { } from) all.Add(new Owed(SlaMetric.Resolution, from, step.At));
                resolution = null;
            }
            else if (!live || resolution is null)
            {
                if (step.Status != ConversationStatus.Pending) resolution ??= step.At;
            }

            live = !isOver;
        }

        if (reply is { } open) all.Add(new Owed(open.Metric, open.From, null));
        if (resolution is { } unresolved) all.Add(new Owed(SlaMetric.Resolution, unresolved, null));
        return all;

        void EndReply(DateTimeOffset at)
        {
            if (reply is { } owed) all.Add(new Owed(owed.Metric, owed.From, at));
            reply = null;
        }
    }

    /// <summary>The id under which the engine told of it last; 0: of none.</summary>
    public long DeadlineIn(ConversationStory story) =>
        story.Steps.Where(s => s.CommitTime >= From && (To is null || s.At <= To.Value))
            .SelectMany(s => s.Notices).LastOrDefault(n => n.Metric == Metric)?.DeadlineId ?? 0;
}
