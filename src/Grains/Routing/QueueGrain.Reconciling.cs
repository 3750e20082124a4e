using Engine.Grains.Agents;
using Engine.Grains.Consumers;
using Engine.Grains.Ids;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Routing;

/// <summary>
/// Looks for what got lost. Nothing should: the count of what was mended is a fault's, and zero in a healthy run. The truth is
/// the journal's, as the actors themselves tell it; the read models only say whom to ask.
/// </summary>
internal sealed partial class QueueGrain
{
    /// <summary>Mended in one look; the rest in the next ones.</summary>
    private const int MendedMax = 500;

    /// <summary>Inboxes compared in one look, in turn.</summary>
    private const int InboxesMax = 50;

    private Suspicions? _suspicions;
    private string _inboxesAfter = "";

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        if (!_isReady) return;
        _suspicions ??= new Suspicions(TimeSpan.FromMilliseconds(options.Value.SuspectForMs), TimeProvider.System);
        var found = new List<Difference>();
        await CompareWaitingAsync(found, cancellationToken);
        await CompareAgentsAsync(found, cancellationToken);
        var heardOf = found.Count == 0 ? Now : Now - await LagAsync();
        var mended = new Dictionary<string, int>();
        foreach (var fault in _suspicions.Look(found, Now, heardOf).Take(MendedMax))
        {
            if (!await fault.Mend()) continue;
            _reconciled++;
            metrics.OnReconciled(fault.Kind);
            mended[fault.Kind] = mended.GetValueOrDefault(fault.Kind) + 1;
        }

        foreach (var (kind, count) in mended) LogReconciled(kind, count);
        if (mended.Count > 0) Pump();
    }

    /// <summary>How far those who tell queues and inboxes are behind, in engine time.</summary>
    private async Task<TimeSpan> LagAsync()
    {
        var statuses = await Task.WhenAll(
            from name in (string[])[RoutingConsumer.Name, InboxConsumer.Name]
            from grp in Enumerable.Range(0, Context.Journal.ConsumerGroups)
            select GrainFactory.GetGrain<IConsumerGrain>(ConsumerGrain.Key(name, grp)).GetStatusAsync());
        return statuses.Max(s => s.Lag.ToTimeSpan());
    }

    private async Task CompareWaitingAsync(List<Difference> found, CancellationToken cancellationToken)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        var after = "";
        for (var count = Page; count == Page;)
        {
            var rows = await views.ListWaitingAsync(Workspace, Id, after, Page, cancellationToken);
            foreach (var row in rows)
            {
                listed.Add(row.Id);
                if (_board.Waiting(row.Id) is not { } known) found.Add(new Difference("waiting", row.Id, row.Version, () => MendWaitingAsync(row)));
                else if (known.Version < row.Version) found.Add(new Difference("changed", row.Id, known.Version, () => MendWaitingAsync(row)));
            }

            count = rows.Count;
            if (count > 0) after = rows[^1].Id;
        }

        foreach (var waiting in _board.All.Where(w => !listed.Contains(w.Conversation)).ToList())
            found.Add(new Difference("gone", waiting.Conversation, waiting.Version, () => MendGoneAsync(waiting)));
    }

    private async Task<bool> MendWaitingAsync(ConversationRow row)
    {
        var current = (await ConversationOf(row.Id).GetAsync()).Result;
        return current is not null && current.Version == row.Version && WaitsHere(current) && _board.Put(Waiting(row), Instant);
    }

    private async Task<bool> MendGoneAsync(WaitingConversation waiting)
    {
        var current = (await ConversationOf(waiting.Conversation).GetAsync()).Result;
        return current is not null && !WaitsHere(current) && _board.Remove(waiting.Conversation, current.Version, Instant);
    }

    private bool WaitsHere(Conversation conversation) =>
        conversation.Queue == Name && conversation.Status == ConversationStatus.Open && conversation.Assignee.Length == 0;

    private async Task CompareAgentsAsync(List<Difference> found, CancellationToken cancellationToken)
    {
        var asked = Asked(_settings);
        var inboxes = new List<string>();
        var after = "";
        for (var count = Page; count == Page;)
        {
            var rows = await views.ListAgentRoutingAsync(Workspace, after, Page, cancellationToken);
            var here = new List<string>();
            foreach (var row in rows)
            {
                if (row.Routing is not { } bytes) continue;
                var routing = AgentRouting.Parser.ParseFrom(bytes.Span);
                if (!routing.Queues.Any(asked.Contains)) continue;
                // Each inbox is one queue's concern only.
                if (routing.Queues[0] == Id && string.CompareOrdinal(row.Id, _inboxesAfter) > 0 && inboxes.Count < InboxesMax) inboxes.Add(row.Id);
                if (routing.Presence != Presence.Offline) here.Add(row.Id);
                else if (IsBehind(routing)) found.Add(new Difference("agent", row.Id, VersionOf(row.Id), () => Task.FromResult(PutAgent(routing))));
            }

            foreach (var some in here.Chunk(AgentsAtOnce))
            {
                foreach (var reply in await Task.WhenAll(some.Select(id => AgentOf(id).GetRoutingAsync())))
                {
                    if (reply.Agent is { } routing && IsBehind(routing))
                        found.Add(new Difference("agent", routing.Agent, VersionOf(routing.Agent), () => Task.FromResult(PutAgent(routing))));
                }
            }

            count = rows.Count;
            if (count > 0) after = rows[^1].Id;
        }

        // A suspicion needs a second look at the same ones: the turn goes on when there is none.
        var before = found.Count;
        foreach (var agent in inboxes) await CompareInboxAsync(found, agent, cancellationToken);
        if (found.Count == before) _inboxesAfter = inboxes.Count < InboxesMax ? "" : inboxes[^1];
    }

    private bool IsBehind(AgentRouting routing) => VersionOf(routing.Agent) < routing.Version;

    private long VersionOf(string agent) => _board.Agent(agent)?.Version ?? 0;

    private async Task CompareInboxAsync(List<Difference> found, string agent, CancellationToken cancellationToken)
    {
        var query = new ConversationQuery
        {
            Workspace = Workspace,
            Assignee = agent,
            Statuses = [(int)ConversationStatus.Open, (int)ConversationStatus.Pending, (int)ConversationStatus.Snoozed],
            Limit = Page,
        };
        var rows = await views.ListConversationsAsync(query, cancellationToken);
        // More than anybody can look after: not compared.
        if (rows.Count == Page) return;
        var inbox = (await AgentOf(agent).ReadInboxAsync(new ReadInboxRequest(), cancellationToken)).Result;
        var reserved = (await AgentOf(agent).GetRoutingAsync()).Agent?.Reservations.Where(r => r.ExpireTime is null).ToList() ?? [];
        if (inbox is null) return;
        var entries = inbox.Entries.ToDictionary(e => ConversationId.Parse(e.Conversation).Value);
        foreach (var row in rows)
        {
            var known = entries.GetValueOrDefault(row.Id)?.ConversationVersion ?? 0;
            if (known < row.Version) found.Add(new Difference("inbox", $"{agent}/{row.Id}", known, () => MendInboxAsync(agent, row)));
        }

        var listed = rows.Select(r => r.Id).ToHashSet();
        foreach (var (id, entry) in entries)
        {
            if (!listed.Contains(id)) found.Add(new Difference("left", $"{agent}/{id}", entry.ConversationVersion, () => MendLeftAsync(agent, entry)));
            else if (AgentState.IsReturned(entry))
                found.Add(new Difference("returned", $"{agent}/{id}", entry.ConversationVersion, () => MendReturnedAsync(agent, entry)));
        }

        foreach (var units in reserved)
            found.Add(new Difference("reservation", $"{agent}/{units.Reservation}", 0, () => MendReservationAsync(agent, units)));
    }

    private async Task<bool> MendInboxAsync(string agent, ConversationRow row)
    {
        var current = (await ConversationOf(row.Id).GetAsync()).Result;
        if (current is null || current.Version != row.Version) return false;
        var summary = ConversationSummary.Parser.ParseFrom(row.Summary.Span);
        var change = new InboxChanged { Entries = { InboxEntries.Of(row.Id, row.Version, summary) } };
        if (InboxEntries.ClaimOf(row.Id, summary) is { } claim) change.Claims.Add(claim);
        return (await AgentOf(agent).ApplyInboxAsync(change)).Rejection is null;
    }

    private async Task<bool> MendLeftAsync(string agent, InboxEntry entry)
    {
        var current = (await ConversationOf(ConversationId.Parse(entry.Conversation).Value).GetAsync()).Result;
        if (current is null || current.Version <= entry.ConversationVersion) return false;
        if (IsHeldBy(agent, current)) return false;
        var removal = new InboxRemoval { Conversation = entry.Conversation, ConversationVersion = current.Version };
        return (await AgentOf(agent).ApplyInboxAsync(new InboxChanged { Removed = { removal } })).Rejection is null;
    }

    private async Task<bool> MendReturnedAsync(string agent, InboxEntry entry)
    {
        var id = ConversationId.Parse(entry.Conversation).Value;
        await ConversationOf(id).ReturnToQueueAsync(new ReturnToQueueCommand
        {
            Agent = agent,
            Reason = AssigneeChangeReason.NoRoom,
            ConversationVersion = entry.ConversationVersion,
        });
        var current = (await ConversationOf(id).GetAsync()).Result;
        return current is not null && current.Version > entry.ConversationVersion && current.Assignee != AgentId.Of(agent).Name;
    }

    /// <summary>A reservation that was used, or never will be, and that nobody ended.</summary>
    private async Task<bool> MendReservationAsync(string agent, ReservedUnits reserved)
    {
        var current = (await ConversationOf(reserved.Conversation).GetAsync()).Result;
        if (current is null) return false;
        var inbox = (await AgentOf(agent).ReadInboxAsync(new ReadInboxRequest())).Result;
        var entry = inbox?.Entries.FirstOrDefault(e => e.Conversation == current.Name);
        // Its conversation's news may still be on their way.
        if (IsHeldBy(agent, current) && (entry?.ConversationVersion ?? 0) < current.Version) return false;
        await SettleAsync(agent, reserved.Reservation, assigned: false);
        return true;
    }

    private static bool IsHeldBy(string agent, Conversation conversation) =>
        conversation.Assignee == AgentId.Of(agent).Name && conversation.Status is not (ConversationStatus.Resolved or ConversationStatus.Closed);
}
