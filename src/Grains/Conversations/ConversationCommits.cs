using Engine.Grains.Ids;
using Engine.Grains.Keys;
using Engine.Internal.V1;
using Engine.V1;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;
using PublicEvent = Engine.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

/// <summary>
/// A conversation's commits as the API shows them. Every reader - replies, lists, watches, the event stream, a repeated
/// request after a restart - goes through here, so all tell the same of the same commit.
/// </summary>
internal static class ConversationCommits
{
    /// <summary>The message a commit added, or null.</summary>
    /// <param name="key">Null: the customer was erased, the content is absent.</param>
    public static Message? Message(string conversation, Commit commit, long version, ContentKey? key)
    {
        foreach (var e in commit.Conversation.Events)
        {
            if (e.EventCase == ConversationEvent.EventOneofCase.MessageAdded) return Message(conversation, commit, version, e.MessageAdded, key);
        }

        return null;
    }

    /// <summary>All a commit did, as a watch shows it.</summary>
    public static WatchConversationResponse Watched(string conversation, Commit commit, long version, ContentKey? key)
    {
        var watched = new WatchConversationResponse { Version = version, CommitTime = commit.CommitTime, Author = commit.Author };
        watched.Events.AddRange(Events(conversation, commit, version, key));
        return watched;
    }

    /// <summary>A commit's events.</summary>
    public static IEnumerable<PublicEvent> Events(string conversation, Commit commit, long version, ContentKey? key)
    {
        foreach (var e in commit.Conversation.Events)
        {
            // A clock's setting is for replays, its notices are for people; a promise that ended is nothing to be told.
            if (e.Sla is { Notice: null, RulesChanged: null } || e.Expectation is { Ended: not null }) continue;
            yield return e.EventCase switch
            {
                ConversationEvent.EventOneofCase.Started => new PublicEvent
                {
                    Started = new V1.ConversationStarted
                    {
                        Customer = CustomerId.Of(e.Started.Customer).Name,
                        Channel = e.Started.Channel,
                        Predecessor = e.Started.Predecessor.Length > 0 ? ConversationId.Of(e.Started.Predecessor).Name : "",
                    },
                },
                ConversationEvent.EventOneofCase.MessageAdded => new PublicEvent { Message = Message(conversation, commit, version, e.MessageAdded, key) },
                ConversationEvent.EventOneofCase.StatusChanged => new PublicEvent { StatusChanged = StatusChanged(e.StatusChanged, commit) },
                ConversationEvent.EventOneofCase.AssigneeChanged => new PublicEvent { AssigneeChanged = e.AssigneeChanged },
                ConversationEvent.EventOneofCase.DataChanged => new PublicEvent { Updated = Updated(e.DataChanged, commit.Conversation, key) },
                ConversationEvent.EventOneofCase.ParticipantRead => new PublicEvent
                {
                    ReadMarked = new ReadMarked { Participant = e.ParticipantRead.Participant, ReadVersion = e.ParticipantRead.ReadVersion },
                },
                ConversationEvent.EventOneofCase.Erased => new PublicEvent { Erased = e.Erased },
                ConversationEvent.EventOneofCase.QueueChanged => new PublicEvent { QueueChanged = e.QueueChanged },
                ConversationEvent.EventOneofCase.ModeChanged => new PublicEvent { ModeChanged = e.ModeChanged },
                ConversationEvent.EventOneofCase.Routed => new PublicEvent { Routed = e.Routed },
                ConversationEvent.EventOneofCase.Sla when e.Sla is { Notice: { } notice } => new PublicEvent { SlaNotice = notice },
                ConversationEvent.EventOneofCase.Sla => new PublicEvent { SlaRulesChanged = e.Sla.RulesChanged },
                ConversationEvent.EventOneofCase.SlaNotified => new PublicEvent { SlaNotified = e.SlaNotified },
                ConversationEvent.EventOneofCase.Expectation => new PublicEvent
                {
                    ExpectationChanged = new ExpectationChanged { ExpectedResponse = e.Expectation.Told, TellCustomer = e.Expectation.TellCustomer },
                },
                // Written by a newer release during a rolling upgrade: shown as an event without a known kind.
                _ => new PublicEvent(),
            };
        }
    }

    /// <summary>Subject and attributes sealed in a commit; null when the customer was erased.</summary>
    public static ConversationDetails? Details(Google.Protobuf.ByteString sealedDetails, ContentKey? key) =>
        Open(sealedDetails, key, ConversationDetails.Parser, Purposes.Details);

    private static Message Message(string conversation, Commit commit, long version, MessageAdded added, ContentKey? key)
    {
        var message = new Message
        {
            Name = $"{ConversationId.Of(conversation).Name}/messages/{version}",
            Version = version,
            Kind = added.Kind,
            Author = commit.Author,
            Content = Open(added.Content, key, Content.Parser, Purposes.Content),
            CreateTime = commit.CommitTime,
        };
        message.Mentions.AddRange(added.Mentions);
        return message;
    }

    private static StatusChanged StatusChanged(StatusChanged stored, Commit commit)
    {
        if (stored.EffectiveTime is not null) return stored;
        var changed = stored.Clone();
        changed.EffectiveTime = commit.CommitTime;
        return changed;
    }

    private static ConversationUpdated Updated(DataChanged changed, ConversationCommit commit, ContentKey? key)
    {
        var details = Details(commit.Details, key);
        var updated = new ConversationUpdated
        {
            Subject = details?.Subject ?? "",
            Priority = commit.Summary.Priority,
            Language = commit.Summary.Language,
            Changed = new Google.Protobuf.WellKnownTypes.FieldMask(),
        };
        updated.Tags.AddRange(commit.Summary.Tags);
        if (details is not null) updated.Attributes.Add(details.Attributes);
        updated.Changed.Paths.AddRange(changed.Paths);
        return updated;
    }

    private static T? Open<T>(Google.Protobuf.ByteString sealedText, ContentKey? key, Google.Protobuf.MessageParser<T> parser, string purpose)
        where T : class, Google.Protobuf.IMessage<T> =>
        key is null || sealedText.IsEmpty ? null : key.Open(sealedText, parser, purpose);
}
