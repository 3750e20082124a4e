using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Sla.Clocks;

/// <summary>
/// What one commit of a conversation means to its promises. Nothing in it depends on a policy, so recorded conversations can
/// be asked what another policy would have made of them. Empty but for the time: the rules may have changed.
/// </summary>
/// <param name="Time">When it took effect.</param>
public sealed record SlaMoment(Instant Time)
{
    public SlaMessage Message { get; init; }

    /// <summary>The status from then on; null: unchanged.</summary>
    public ConversationStatus? Status { get; init; }

    /// <summary>What chooses the policy from then on; null: unchanged.</summary>
    public SlaSubject? Subject { get; init; }

    /// <summary>A commit of a conversation, as decided or as read from the journal.</summary>
    /// <param name="time">The commit's time.</param>
    /// <param name="author">Who did it.</param>
    /// <param name="events">Its events.</param>
    /// <param name="summary">The conversation's structure after it.</param>
    public static SlaMoment Of(Instant time, Author author, IEnumerable<ConversationEvent> events, ConversationSummary summary)
    {
        ArgumentNullException.ThrowIfNull(author);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(summary);
        var moment = new SlaMoment(time)
        {
            Subject = SlaSubject.Of(summary),
        };
        foreach (var e in events)
        {
            switch (e.EventCase)
            {
                case ConversationEvent.EventOneofCase.MessageAdded when e.MessageAdded is { Kind: MessageKind.Message, KeepsStatus: false }:
                    moment = moment with { Message = MessageOf(author.Type, summary.Status) };
                    break;
                case ConversationEvent.EventOneofCase.ModeChanged when e.ModeChanged.Reason == ModeChangeReason.Done:
                    // The telephone call that was asked for is the answer, whoever reports it.
                    moment = moment with { Message = SlaMessage.Person };
                    break;
                case ConversationEvent.EventOneofCase.StatusChanged:
                    moment = moment with { Status = e.StatusChanged.To };
                    // A snooze that ended while everything was down ended when it was to.
                    if (e.StatusChanged.EffectiveTime?.ToInstant() is { } effective && effective < time) moment = moment with { Time = effective };
                    break;
            }
        }

        return moment;
    }

    /// <summary>A reply leaves the conversation with the customer, or done; what leaves it OPEN only acknowledges.</summary>
    private static SlaMessage MessageOf(AuthorType author, ConversationStatus after) => author switch
    {
        AuthorType.Customer => SlaMessage.Customer,
        AuthorType.Agent when after is ConversationStatus.Pending or ConversationStatus.Resolved => SlaMessage.Person,
        AuthorType.Bot when after is ConversationStatus.Pending or ConversationStatus.Resolved => SlaMessage.Bot,
        _ => SlaMessage.None,
    };
}
