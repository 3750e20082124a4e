using Engine.Grains.Conversations;
using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using AgentEvent = Engine.V1.AgentEvent;
using CustomerEvent = Engine.V1.CustomerEvent;
using StoredCustomerEvent = Engine.Internal.V1.CustomerEvent;

namespace Engine.Grains.Events;

/// <summary>The journal as integrators see it.</summary>
internal sealed class EventReader(IJournal journal, KeyVault vault) : IEventReader
{
    public async Task<EventPage> ReadAsync(string workspace, JournalPosition after, int limit, CancellationToken cancellationToken)
    {
        var page = await journal.ReadAsync(after, limit, null, workspace, cancellationToken);
        var events = new List<(Event, JournalPosition)>(page.Rows.Count);
        foreach (var row in page.Rows)
        {
            if (await EventAsync(row, cancellationToken) is { } e)
                events.Add((e, JournalPosition.At(row.Position.Transaction, row.Position.Sequence)));
        }

        return new EventPage(events, page.Next, page.IsEnd);
    }

    public Task WaitAsync(JournalPosition after, CancellationToken cancellationToken) => journal.WaitAsync(after, null, cancellationToken);

    public Task<JournalPosition> ReadEndAsync(CancellationToken cancellationToken) => journal.ReadEndAsync(cancellationToken);

    private async ValueTask<Event?> EventAsync(JournalRow row, CancellationToken cancellationToken)
    {
        var (workspace, id) = (row.Stream.Workspace, row.Stream.Id);
        var commit = Commit.Parser.ParseFrom(row.Payload.Span);
        var e = new Event { Version = row.Version, CommitTime = commit.CommitTime, Author = commit.Author };
        switch (commit.BodyCase)
        {
            case Commit.BodyOneofCase.Conversation:
                using (var key = await vault.FindAsync(workspace, KeyVault.CustomerOwner(commit.Conversation.Summary.Customer), cancellationToken))
                {
                    e.Resource = ConversationId.Of(id).Name;
                    e.ConversationEvents.AddRange(ConversationCommits.Events(id, commit, row.Version, key));
                }

                return e;
            case Commit.BodyOneofCase.Customer:
                e.Resource = CustomerId.Of(id).Name;
                using (var key = await vault.FindAsync(workspace, KeyVault.CustomerOwner(id), cancellationToken))
                {
                    foreach (var stored in commit.Customer.Events)
                    {
                        if (stored.EventCase == StoredCustomerEvent.EventOneofCase.Changed)
                            e.CustomerEvents.Add(new CustomerEvent { Changed = Open(commit.Customer.Record, key, Customer.Parser) ?? new Customer { Name = e.Resource } });
                        else if (stored.EventCase == StoredCustomerEvent.EventOneofCase.ErasureDone)
                            e.CustomerEvents.Add(new CustomerEvent { Erased = new CustomerErased { Name = e.Resource } });
                    }
                }

                return e.CustomerEvents.Count > 0 ? e : null;
            case Commit.BodyOneofCase.Agent when !commit.Agent.Record.IsEmpty:
                using (var key = await vault.FindAsync(workspace, KeyVault.AgentOwner(id), cancellationToken))
                {
                    e.Resource = AgentId.Of(id).Name;
                    e.AgentEvents.Add(new AgentEvent { Changed = Open(commit.Agent.Record, key, Agent.Parser) ?? new Agent { Name = e.Resource } });
                }

                return e;
            default:
                return null;
        }
    }

    private static T? Open<T>(ByteString record, ContentKey? key, MessageParser<T> parser)
        where T : class, IMessage<T> =>
        key?.Open(record, parser, Purposes.Record);
}
