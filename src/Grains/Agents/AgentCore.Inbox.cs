using Engine.Grains.Ids;
using Engine.Grains.Routing;
using Engine.Internal.V1;
using Engine.V1;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Agents;

public static partial class AgentCore
{
    /// <summary>What is told to wait again in one commit; more follow at once.</summary>
    private const int ReturnedMax = 500;

    /// <summary>Takes what is newer than what the inbox knows, and decides what of it there is room for.</summary>
    /// <param name="settings">How work weighs just now; what is held already keeps its weight until its mode or status changes.</param>
    public static Decision<AgentChange> ApplyInbox(AgentState state, InboxChanged changes, RoutingSettings settings, DateTimeOffset now)
    {
        if (!state.Exists) return Rejections.AgentNotFound();
        var news = new InboxChanged();
        foreach (var entry in changes.Entries)
        {
            if (!state.Inbox.TryGetValue(entry.Conversation, out var known) || known.ConversationVersion < entry.ConversationVersion)
                news.Entries.Add(entry);
        }

        foreach (var removal in changes.Removed)
        {
            if (state.Inbox.TryGetValue(removal.Conversation, out var known) && known.ConversationVersion < removal.ConversationVersion)
                news.Removed.Add(removal);
        }

        var claims = changes.Claims.ToDictionary(c => c.Conversation);
        var spent = changes.SpentReservations.Concat(claims.Values.Select(c => c.Reservation)).Where(state.Reservations.ContainsKey).Distinct().ToList();
        if (news.Entries.Count + news.Removed.Count + spent.Count == 0) return NoNews();

        var events = Expired(state, now).Where(e => !spent.Contains(e.ReservationEnded.Reservation)).ToList();
        if (news.Entries.Count + news.Removed.Count > 0)
        {
            var admission = new Admission(state, WorkUnits.Of(settings), now);
            var changed = new InboxChanged();
            changed.Entries.AddRange(admission.Admit(news, claims, spent));
            changed.Removed.AddRange(news.Removed);
            changed.Claims.AddRange(news.Entries.Where(e => claims.ContainsKey(e.Conversation)).Select(e => claims[e.Conversation]));
            events.Add(new AgentEvent { InboxChanged = changed });
            if (admission.Returned is { Conversations.Count: > 0 } returned) events.Add(new AgentEvent { WorkReturned = returned });
        }

        foreach (var reservation in spent) events.Add(EndOf(state.Reservations[reservation], ReservationEnd.Taken));
        return AgentChange.BySystem(events);
    }

    /// <summary>The agent has been absent for too long: work that customers wait for is to find somebody else.</summary>
    public static Decision<AgentChange> ReturnWork(AgentState state, TimeSpan grace, DateTimeOffset now)
    {
        var returned = new WorkReturned { Reason = AssigneeChangeReason.AgentAbsent };
        foreach (var entry in state.Inbox.Values.OrderBy(e => e.Conversation, StringComparer.Ordinal))
        {
            if (ReturnTime(state, entry, grace) <= now && returned.Conversations.Count < ReturnedMax) returned.Conversations.Add(Returned(entry));
        }

        if (returned.Conversations.Count == 0) return NoNews();
        var events = Expired(state, now);
        events.Add(new AgentEvent { WorkReturned = returned });
        return AgentChange.BySystem(events);
    }

    /// <summary>When work is to be returned unless the agent comes back; null: there is none, or the agent is there.</summary>
    public static DateTimeOffset? NextReturn(AgentState state, TimeSpan grace)
    {
        if (state.AbsentTime is null) return null;
        DateTimeOffset? next = null;
        foreach (var entry in state.Inbox.Values)
        {
            if (ReturnTime(state, entry, grace) is { } at && (next is null || at < next)) next = at;
        }

        return next;
    }

    /// <summary>What was given to an absent agent, by hand, is left there for as long as what the agent had when they went.</summary>
    private static DateTimeOffset? ReturnTime(AgentState state, InboxEntry entry, TimeSpan grace)
    {
        if (state.AbsentTime is null || entry.Status != ConversationStatus.Open || entry.Queue.Length == 0 || entry.Units == 0) return null;
        var since = state.AbsentTime.ToDateTimeOffset();
        if (entry.AssignTime is { } assigned && assigned.ToDateTimeOffset() > since) since = assigned.ToDateTimeOffset();
        return since + grace;
    }

    private static ReturnedConversation Returned(InboxEntry entry) => new()
    {
        Conversation = ConversationId.Parse(entry.Conversation).Value,
        ConversationVersion = entry.ConversationVersion,
    };

    /// <summary>
    /// Who of the news gets room. Everything that leaves or is weighed anew gives up what it had first, and who needs no more
    /// than that comes before who needs more: so the order within one call decides nothing else.
    /// </summary>
    private sealed class Admission(AgentState state, WorkUnits weights, DateTimeOffset now)
    {
        private int _free = state.Profile.CapacityUnits - state.HeldUnits(now);

        /// <summary>OPEN conversations for which there was no room.</summary>
        public WorkReturned Returned { get; } = new() { Reason = AssigneeChangeReason.NoRoom };

        public List<InboxEntry> Admit(InboxChanged news, Dictionary<string, InboxClaim> claims, IReadOnlyList<string> spent)
        {
            foreach (var removal in news.Removed) _free += Held(removal.Conversation);
            foreach (var id in spent) _free += Reserved(id);

            var entries = new List<InboxEntry>(news.Entries.Count);
            var growing = new List<(InboxEntry Entry, int Wanted)>();
            foreach (var entry in news.Entries)
            {
                var claim = claims.GetValueOrDefault(entry.Conversation);
                var held = Held(entry.Conversation);
                var has = held + Reserved(claim?.Reservation ?? "");
                var wanted = Wanted(entry, isNew: has != held);
                var admitted = entry.Clone();
                var isPeoplesDecision = entry.Queue.Length == 0 || claim is { IgnoreCapacity: true };
                if (wanted <= has || isPeoplesDecision)
                {
                    admitted.Units = wanted;
                }
                else
                {
                    // What nobody waits for keeps what it has; what somebody waits for has all it needs, or goes.
                    admitted.Units = entry.Status == ConversationStatus.Open ? 0 : has;
                    growing.Add((admitted, wanted));
                }

                _free += held - admitted.Units;
                entries.Add(admitted);
            }

            foreach (var (entry, wanted) in growing)
            {
                if (wanted - entry.Units <= _free)
                {
                    _free -= wanted - entry.Units;
                    entry.Units = wanted;
                }
                else if (entry.Status == ConversationStatus.Open)
                {
                    Returned.Conversations.Add(AgentCore.Returned(entry));
                }
            }

            return entries;
        }

        private int Held(string conversation) => state.Inbox.TryGetValue(conversation, out var known) ? known.Units : 0;

        /// <summary>Nothing when its time is over: its units may be somebody else's already.</summary>
        private int Reserved(string id) =>
            state.Reservations.TryGetValue(id, out var reservation) && AgentState.IsLive(reservation, now) ? reservation.Units : 0;

        /// <summary>Held work keeps its weight until its mode or status changes, and what is to go keeps none.</summary>
        private int Wanted(InboxEntry entry, bool isNew)
        {
            // Without a queue nothing was weighed before work had weights.
            var isSame = !isNew && state.Inbox.TryGetValue(entry.Conversation, out var known)
                && known.Status == entry.Status && known.Mode == entry.Mode && known.Queue == entry.Queue
                && (known.Units > 0 || entry.Queue.Length > 0);
            return isSame ? Held(entry.Conversation) : weights.HeldFor(entry.Mode, entry.Channel, entry.Status);
        }
    }
}
