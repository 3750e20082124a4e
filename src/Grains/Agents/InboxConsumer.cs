using Engine.Grains.Consumers;
using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Agents;

/// <summary>
/// Tells agents' actors what the journal says of their conversations. An inbox holds the assigned conversations that are not
/// resolved or closed; a reopened one comes back.
/// </summary>
internal sealed class InboxConsumer(IConsumerStore consumers, IGrainFactory grains) : IConsumer
{
    public const string Name = "inbox";

    /// <summary>Pages without news are looked at again after a restart, at most this many.</summary>
    private const int PagesUnstoredMax = 32;

    private int _pagesUnstored;

    public Task<Checkpoint> TakeAsync(LaneSet lanes, CancellationToken cancellationToken) =>
        consumers.TakeAsync(Name, lanes, cancellationToken);

    public async Task<bool> HandleAsync(JournalPage page, Checkpoint after, CancellationToken cancellationToken)
    {
        var news = new Dictionary<string, News>();
        foreach (var row in page.Rows)
        {
            if (row.Stream.Kind == Conversations.ConversationGrain.StreamKind) Collect(row, news);
        }

        await Task.WhenAll(news.Select(pair => TellAsync(pair.Key, pair.Value)));
        if (news.Count == 0 && ++_pagesUnstored < PagesUnstoredMax) return true;
        _pagesUnstored = 0;
        return await consumers.MoveAsync(Name, after, cancellationToken);
    }

    private static void Collect(JournalRow row, Dictionary<string, News> news)
    {
        var commit = Commit.Parser.ParseFrom(row.Payload.Span).Conversation;
        var summary = commit.Summary;
        var name = ConversationId.Of(row.Stream.Id).Name;
        foreach (var e in commit.Events)
        {
            if (e.EventCase == ConversationEvent.EventOneofCase.AssigneeChanged && AgentId.TryParse(e.AssigneeChanged.From, out var from))
                Of(news, row, from.Value).Remove(name, row.Version);
        }

        if (summary.Assignee.Length == 0) return;
        if (summary.Reservation.Length > 0) Of(news, row, summary.Assignee).Spent.Add(summary.Reservation);
        if (summary.Status is ConversationStatus.Resolved or ConversationStatus.Closed)
        {
            Of(news, row, summary.Assignee).Remove(name, row.Version);
            return;
        }

        Of(news, row, summary.Assignee).Put(
            InboxEntries.Of(row.Stream.Id, row.Version, summary), InboxEntries.ClaimOf(row.Stream.Id, summary));
    }

    private async Task TellAsync(string agent, News news)
    {
        var changes = new InboxChanged();
        changes.Entries.AddRange(news.Entries.Values.Select(e => e.Entry));
        changes.Claims.AddRange(news.Entries.Values.Select(e => e.Claim).OfType<InboxClaim>());
        changes.SpentReservations.AddRange(news.Spent);
        changes.Removed.AddRange(news.Removed.Select(r => new InboxRemoval { Conversation = r.Key, ConversationVersion = r.Value }));
        var rejection = (await grains.GetGrain<IAgentGrain>(agent).ApplyInboxAsync(changes)).Rejection;
        if (rejection is not null && rejection.Reason != "AGENT_NOT_FOUND")
            throw new JournalUnavailableException($"The inbox of an agent was not updated: {rejection.Reason}.");
    }

    private static News Of(Dictionary<string, News> news, JournalRow row, string agent)
    {
        var key = $"{row.Stream.Workspace}/{agent}";
        if (!news.TryGetValue(key, out var found)) news[key] = found = new News();
        return found;
    }

    /// <summary>What is new for one agent: the last word on each conversation.</summary>
    private sealed class News
    {
        public Dictionary<string, (InboxEntry Entry, InboxClaim? Claim)> Entries { get; } = [];

        public Dictionary<string, long> Removed { get; } = [];

        /// <summary>Reservations by which conversations were assigned, perhaps not for long.</summary>
        public HashSet<string> Spent { get; } = [];

        public void Put(InboxEntry entry, InboxClaim? claim)
        {
            Entries[entry.Conversation] = (entry, claim);
            Removed.Remove(entry.Conversation);
        }

        public void Remove(string conversation, long version)
        {
            Removed[conversation] = version;
            Entries.Remove(conversation);
        }
    }
}
