using Engine.Grains.Conversations;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;

namespace Engine.Grains.Views;

/// <summary>Opens what the read models hold sealed. Rows whose key was destroyed meanwhile are shown without content, or not at all.</summary>
internal sealed class Listings(IViewStore views, IJournal journal, KeyVault vault, ViewProgress progress) : IListings
{
    public async Task<IReadOnlyList<Conversation>> ListConversationsAsync(ConversationQuery query, CancellationToken cancellationToken)
    {
        var conversations = new List<Conversation>();
        foreach (var row in await views.ListConversationsAsync(query, cancellationToken))
        {
            using var key = await vault.FindAsync(row.Workspace, KeyVault.CustomerOwner(row.Customer), cancellationToken);
            var details = row.Details is { Length: > 0 } sealedDetails
                ? ConversationCommits.Details(UnsafeByteOperations.UnsafeWrap(sealedDetails), key)
                : null;
            conversations.Add(ConversationState.ToPublic(row.Id, row.Version, ConversationSummary.Parser.ParseFrom(row.Summary.Span), details));
        }

        return conversations;
    }

    public async Task<IReadOnlyList<Customer>> ListCustomersAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken)
    {
        var rows = await views.ListCustomersAsync(workspace, afterId, limit, cancellationToken);
        return await OpenAsync(rows, KeyVault.CustomerOwner, Customer.Parser, cancellationToken);
    }

    public async Task<IReadOnlyList<Agent>> ListAgentsAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken)
    {
        var rows = await views.ListAgentsAsync(workspace, afterId, limit, cancellationToken);
        var agents = await OpenAsync(rows, KeyVault.AgentOwner, Agent.Parser, cancellationToken);
        foreach (var agent in agents) agent.InboxCount = 0;
        return agents;
    }

    public async Task<IReadOnlyList<(TimelinePlace Place, TimelineEntry Entry)>> ListTimelineAsync(
        string workspace, string customer, TimelinePlace? before, int limit, CancellationToken cancellationToken)
    {
        using var key = await vault.FindAsync(workspace, KeyVault.CustomerOwner(customer), cancellationToken);
        var entries = new List<(TimelinePlace, TimelineEntry)>();
        foreach (var timelineRow in await views.ListTimelineAsync(workspace, customer, before, limit, cancellationToken))
        {
            var place = timelineRow.Place;
            var stream = new StreamName(workspace, ConversationGrain.StreamKind, place.Conversation);
            var row = (await journal.ReadStreamAsync(stream, place.Version - 1, 1, cancellationToken))[0];
            var commit = Commit.Parser.ParseFrom(row.Payload.Span);
            entries.Add((place, new TimelineEntry
            {
                Message = ConversationCommits.Message(place.Conversation, commit, row.Version, key),
                Channel = commit.Conversation.Summary.Channel,
            }));
        }

        return entries;
    }

    public Task<IReadOnlyList<CreatedRow>> ListCreatedAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, CreatedRow? after, int limit, CancellationToken cancellationToken) =>
        views.ListCreatedAsync(workspace, from, to, after, limit, cancellationToken);

    public Task<SlaFigures> ReportSlaAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, string? queue, CancellationToken cancellationToken) =>
        views.ReportSlaAsync(workspace, from, to, queue, cancellationToken);

    public Task<bool> WaitAsync(LanePosition position, TimeSpan timeout, CancellationToken cancellationToken) =>
        progress.WaitAsync(position, timeout, cancellationToken);

    private async Task<List<T>> OpenAsync<T>(
        IReadOnlyList<PersonRow> rows, Func<string, string> owner, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var people = new List<T>(rows.Count);
        foreach (var row in rows)
        {
            using var key = await vault.FindAsync(row.Workspace, owner(row.Id), cancellationToken);
            if (key is not null) people.Add(parser.ParseFrom(key.Open(row.Payload.Span, Purposes.Record)));
        }

        return people;
    }
}
