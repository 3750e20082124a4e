using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;
using CustomerEvent = Engine.Internal.V1.CustomerEvent;

namespace Engine.Grains.Views;

/// <summary>
/// Turns journal rows into changes of the read models. Pure, and without any key: a commit carries its conversation's
/// structure in the clear, and what is sealed is copied as it is.
/// </summary>
internal static class ViewProjection
{
    public static List<ViewChange> Project(IReadOnlyList<JournalRow> rows)
    {
        // Of many commits of one actor in a page only the last one's row is written.
        var changes = new List<ViewChange>();
        var conversations = new Dictionary<StreamName, ConversationRow>();
        var people = new Dictionary<StreamName, ViewChange>();
        foreach (var row in rows)
        {
            var stream = row.Stream;
            if (stream.Kind == Identities.IdentityGrain.StreamKind) continue;
            var commit = Commit.Parser.ParseFrom(row.Payload.Span);
            switch (commit.BodyCase)
            {
                case Commit.BodyOneofCase.Conversation:
                    var details = conversations.TryGetValue(stream, out var before) ? before.Details : null;
                    conversations[stream] = ConversationRow(row, commit, details);
                    Timeline(changes, row, commit);
                    PromiseProjection.Add(changes, row, commit.Conversation);
                    break;
                case Commit.BodyOneofCase.Customer:
                    Customer(changes, people, row, commit);
                    break;
                case Commit.BodyOneofCase.Agent when !commit.Agent.Record.IsEmpty:
                    // Changes of load alone have no record: they are many, and queues ask for them at the agent.
                    var routing = commit.Agent.Routing is { } known
                        ? Google.Protobuf.MessageExtensions.ToByteArray(known)
                        : (people.GetValueOrDefault(stream) as ViewChange.PutAgent)?.Routing;
                    people[stream] = new ViewChange.PutAgent(Person(row, commit, commit.Agent.Record), routing);
                    break;
            }
        }

        changes.AddRange(conversations.Values.Select(r => new ViewChange.PutConversation(r)));
        changes.AddRange(people.Values);
        return changes;
    }

    private static void Customer(List<ViewChange> changes, Dictionary<StreamName, ViewChange> people, JournalRow row, Commit commit)
    {
        foreach (var e in commit.Customer.Events)
        {
            if (e.EventCase is CustomerEvent.EventOneofCase.ErasureStarted or CustomerEvent.EventOneofCase.ErasureDone)
            {
                people.Remove(row.Stream);
                changes.Add(new ViewChange.EraseCustomer(row.Stream.Workspace, row.Stream.Id));
                return;
            }
        }

        if (!commit.Customer.Record.IsEmpty) people[row.Stream] = new ViewChange.PutCustomer(Person(row, commit, commit.Customer.Record));
    }

    private static void Timeline(List<ViewChange> changes, JournalRow row, Commit commit)
    {
        var summary = commit.Conversation.Summary;
        if (summary.Erased)
        {
            changes.Add(new ViewChange.EraseConversation(row.Stream.Workspace, summary.Customer, row.Stream.Id));
            return;
        }

        foreach (var e in commit.Conversation.Events)
        {
            if (e.EventCase != ConversationEvent.EventOneofCase.MessageAdded || e.MessageAdded.Kind != MessageKind.Message) continue;
            var place = new TimelinePlace(commit.CommitTime.ToDateTimeOffset(), row.Stream.Id, row.Version);
            changes.Add(new ViewChange.AddToTimeline(row.Stream.Workspace, summary.Customer, new TimelineRow(place)));
        }
    }

    private static ConversationRow ConversationRow(JournalRow row, Commit commit, ReadOnlyMemory<byte>? details)
    {
        var summary = commit.Conversation.Summary;
        return new ConversationRow(
            row.Stream.Workspace,
            row.Stream.Id,
            row.Version,
            summary.Customer,
            summary.Assignee,
            (int)summary.Status,
            summary.Channel,
            summary.Tags,
            summary.CreateTime.ToDateTimeOffset(),
            summary.UpdateTime.ToDateTimeOffset(),
            Google.Protobuf.MessageExtensions.ToByteArray(summary),
            summary.Erased ? null : commit.Conversation.Details.IsEmpty ? details : commit.Conversation.Details.Memory,
            summary.Queue);
    }

    private static PersonRow Person(JournalRow row, Commit commit, Google.Protobuf.ByteString record) =>
        new(row.Stream.Workspace, row.Stream.Id, row.Version, commit.CommitTime.ToDateTimeOffset(), record.Memory);
}
