using Engine.Grains.Journal;
using Engine.Grains.Routing;
using Engine.Internal.V1;
using Engine.V1;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Agents;

internal sealed partial class AgentGrain
{
    /// <summary>Who has been away for more commits than this gets the whole inbox instead of what changed.</summary>
    private const int ChangesMax = 512;

    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(20);

    public async Task<EmptyReply> ApplyInboxAsync(InboxChanged changes)
    {
        var settings = await SettingsAsync();
        var needed = Working.AbsentTime is not null && changes.Entries.Any(IsWaitedFor) ? Now + RoutingTimes.AbsenceGrace(settings) : (DateTimeOffset?)null;
        var refused = await WithReminderAsync(needed, () => ExecuteAsync(
            RequestStamp.None,
            (state, now) => AgentCore.ApplyInbox(state, changes, settings, now),
            null,
            (_, _, _) => (Rejection?)null,
            rejection => rejection));
        if (refused is not null) LeaveIfAbsent();
        if (refused?.Reason is not "NO_NEWS") return new EmptyReply { Rejection = refused };
        // What is known may still be on its way to the disk, and the caller's checkpoint must not overtake it.
        return new EmptyReply { Rejection = await WhenSettledAsync() ? null : Rejections.FenceLost() };
    }

    public async Task<InboxReply> ReadInboxAsync(ReadInboxRequest request, CancellationToken cancellationToken)
    {
        if (!Committed.Exists)
        {
            LeaveIfAbsent();
            return new InboxReply { Rejection = Rejections.AgentNotFound() };
        }

        if (!request.KeepsOnline) return await ReadAsync(request, cancellationToken);
        BeginStreamRead();
        try
        {
            var refused = await KeepOnlineAsync(request.StreamBegins);
            return refused is null ? await ReadAsync(request, cancellationToken) : new InboxReply { Rejection = refused };
        }
        finally
        {
            EndStreamRead();
        }
    }

    private async Task<InboxReply> ReadAsync(ReadInboxRequest request, CancellationToken cancellationToken)
    {
        var after = request.AfterVersion;
        if (after <= 0 || after > CommittedVersion || CommittedVersion - after > ChangesMax) return new InboxReply { Result = Whole() };
        if (after == CommittedVersion)
        {
            var wait = request.Wait?.ToTimeSpan() ?? TimeSpan.Zero;
            if (!await WaitBeyondAsync(after, wait < WaitMax ? wait : WaitMax, cancellationToken))
                return new InboxReply { Result = Empty(Committed) };
        }

        var state = Committed;
        var conversations = new SortedSet<string>(StringComparer.Ordinal);
        var offers = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var row in await Context.Journal.ReadStreamAsync(Stream, after, ChangesMax, CancellationToken.None))
        {
            if (row.Version > state.Version) break;
            foreach (var e in Commit.Parser.ParseFrom(row.Payload.Span).Agent.Events) Collect(e, conversations, offers);
        }

        if (state.Version - after > ChangesMax) return new InboxReply { Result = Whole() };
        var changes = Empty(state);
        foreach (var conversation in conversations)
        {
            if (state.Inbox.TryGetValue(conversation, out var entry)) changes.Entries.Add(entry);
            else changes.Removed.Add(conversation);
        }

        foreach (var offer in offers)
        {
            if (state.Reservations.TryGetValue(offer, out var reservation) && AgentState.IsOpenOffer(reservation, Now)) changes.Offers.Add(reservation.Offer);
            else changes.RemovedOffers.Add(OfferNames.Of(Id, offer));
        }

        return new InboxReply { Result = changes };
    }

    private static void Collect(AgentEvent e, SortedSet<string> conversations, SortedSet<string> offers)
    {
        switch (e.EventCase)
        {
            case AgentEvent.EventOneofCase.InboxChanged:
                conversations.UnionWith(e.InboxChanged.Entries.Select(x => x.Conversation));
                conversations.UnionWith(e.InboxChanged.Removed.Select(x => x.Conversation));
                break;
            case AgentEvent.EventOneofCase.WorkReturned:
                conversations.UnionWith(e.WorkReturned.Conversations.Select(x => Ids.ConversationId.Of(x.Conversation).Name));
                break;
            case AgentEvent.EventOneofCase.Reserved when e.Reserved.Offer is not null:
                offers.Add(e.Reserved.Id);
                break;
            case AgentEvent.EventOneofCase.OfferAccepted:
                offers.Add(e.OfferAccepted.Reservation.Id);
                break;
            case AgentEvent.EventOneofCase.ReservationEnded when e.ReservationEnded.Offer:
                offers.Add(e.ReservationEnded.Reservation);
                break;
        }
    }

    private WatchInboxResponse Whole()
    {
        var state = Committed;
        var whole = Empty(state);
        whole.Reset = true;
        whole.Entries.AddRange(state.Inbox.Values.OrderBy(e => e.AssignTime?.ToDateTimeOffset()).ThenBy(e => e.Conversation, StringComparer.Ordinal));
        whole.Offers.AddRange(state.Reservations.Values.Where(r => AgentState.IsOpenOffer(r, Now)).Select(r => r.Offer)
            .OrderBy(o => o.ExpireTime.ToDateTimeOffset()).ThenBy(o => o.Name, StringComparer.Ordinal));
        return whole;
    }

    private WatchInboxResponse Empty(AgentState state) => new()
    {
        Version = state.Version,
        Presence = state.Presence,
        LoadUnits = state.HeldUnits(Now),
        CapacityUnits = state.Profile.CapacityUnits,
    };

    private static bool IsWaitedFor(InboxEntry entry) => entry.Status == ConversationStatus.Open && entry.Queue.Length > 0;
}
