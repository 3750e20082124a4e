using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Engine.Grains.Journal;
using Engine.Grains.Sla;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>
/// Reads what happened to a queue.
/// </summary>
/// <remarks>
/// A dry run asks about as much as happened in a month, beside the engine's work and not instead of it. So it wakes no
/// actor: the read models tell which conversations and agents there are, the journal what became of them. It reads a few
/// streams at a time, at most <see cref="ConversationsMax"/> conversations, only so many dry runs at once, and stops as soon
/// as nobody waits for it.
/// </remarks>
internal sealed class RoutingPasts(IJournal journal, IViewStore views) : IRoutingPasts, IDisposable
{
    public const int ConversationsMax = 20_000;

    private const int PageSize = 1_000;
    private const int RowsPerRead = 512;
    private const int StreamsAtOnce = 4;
    private const int ReadsAtOnce = 2;

    /// <summary>Of an agent with more commits than this the older ones are not looked through.</summary>
    private const int AgentRowsMax = 100_000;

    private readonly SemaphoreSlim _reads = new(ReadsAtOnce);

    public async Task<RoutingPast> ReadAsync(
        string workspace,
        string queue,
        IReadOnlyCollection<string> alsoQueues,
        Instant start,
        Instant end,
        CancellationToken cancellationToken)
    {
        await _reads.WaitAsync(cancellationToken);
        try
        {
            var (ids, isTruncated) = await ListConversationsAsync(workspace, queue, start, cancellationToken);
            var waits = await ReadWaitsAsync(workspace, queue, ids, end, cancellationToken);
            var shifts = await ReadShiftsAsync(workspace, [queue, .. alsoQueues], start, end, cancellationToken);
            return new RoutingPast(Rehearsed(waits, start, end), shifts, isTruncated);
        }
        finally
        {
            _reads.Release();
        }
    }

    public void Dispose() => _reads.Dispose();

    /// <summary>
    /// What waited at the start counts too. How long a conversation would have been worked on that nobody got, nobody knows:
    /// as long as the middle one of the others.
    /// </summary>
    private static ImmutableArray<RehearsedConversation> Rehearsed(IEnumerable<PastWait> waits, Instant start, Instant end)
    {
        var within = waits
            .Where(wait => wait.Begin < end && (wait.Assigned ?? wait.Left ?? Instant.MaxValue) > start)
            .OrderBy(static wait => wait.Begin)
            .ThenBy(static wait => wait.Waiting.Conversation, StringComparer.Ordinal)
            .ToList();
        var handled = within.Where(static wait => wait.Assigned is not null).Select(static wait => wait.Handled).Order().ToList();
        var usual = handled.Count > 0 ? handled[handled.Count / 2] : Duration.Zero;
        return
        [
            .. within.Select(wait => wait.Assigned is { } assigned
                ? new RehearsedConversation(wait.Waiting, wait.Handled, assigned - wait.Begin)
                : new RehearsedConversation(wait.Waiting, usual, null)),
        ];
    }

    /// <summary>The queue's conversations that changed since; what began later than the end is sorted out when it is read.</summary>
    private async Task<(List<string> Ids, bool IsTruncated)> ListConversationsAsync(
        string workspace, string queue, Instant start, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        var query = new ConversationQuery { Workspace = workspace, Queue = queue, UpdatedSince = start.ToDateTimeOffset(), Limit = PageSize };
        while (true)
        {
            var page = await views.ListConversationsAsync(query, cancellationToken);
            foreach (var row in page)
            {
                if (ids.Count == ConversationsMax) return (ids, true);
                ids.Add(row.Id);
            }

            if (page.Count < PageSize) return (ids, false);
            query = query with { After = (page[^1].UpdateTime, page[^1].Id) };
        }
    }

    private async Task<IEnumerable<PastWait>> ReadWaitsAsync(
        string workspace, string queue, List<string> ids, Instant end, CancellationToken cancellationToken)
    {
        var found = new ImmutableArray<PastWait>[ids.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = StreamsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, ids.Count, options, async (i, token) =>
        {
            var history = new WaitHistory(ids[i], queue);
            var last = end;
            await foreach (var (version, commit) in ReadAsync(new StreamName(workspace, "conversation", ids[i]), token))
            {
                if (commit.Conversation?.Summary is not { } summary) continue;
                last = commit.CommitTime.ToInstant();
                history.Add(version, last, summary);
            }

            found[i] = history.Finish(Instant.Max(last, end));
        });
        return found.SelectMany(static waits => waits);
    }

    private async Task<ImmutableArray<RehearsedShift>> ReadShiftsAsync(
        string workspace, HashSet<string> queues, Instant start, Instant end, CancellationToken cancellationToken)
    {
        var shifts = ImmutableArray.CreateBuilder<RehearsedShift>();
        var after = "";
        while (true)
        {
            var page = await views.ListAgentRoutingAsync(workspace, after, PageSize, cancellationToken);
            foreach (var row in page)
            {
                if (row.Routing is not { } bytes) continue;
                var routing = AgentRouting.Parser.ParseFrom(bytes.Span);
                if (!routing.Queues.Any(queues.Contains)) continue;
                // What they hold now says nothing of what they held then.
                routing.HeldUnits = 0;
                routing.Reservations.Clear();
                routing.LastAssignTime = null;
                await foreach (var (begin, until) in ReadTimesThereAsync(workspace, row.Id, start, end, cancellationToken))
                    shifts.Add(new RehearsedShift(routing, begin, until));
            }

            if (page.Count < PageSize) return shifts.ToImmutable();
            after = page[^1].Id;
        }
    }

    /// <summary>
    /// When an agent was there, the last time first: backwards from now to the last change of presence before the start, as
    /// what was before that does not matter.
    /// </summary>
    private async IAsyncEnumerable<(Instant Begin, Instant End)> ReadTimesThereAsync(
        string workspace, string agent, Instant start, Instant end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = new StreamName(workspace, "agent", agent);
        var until = end;
        var before = long.MaxValue;
        for (var rows = 0; rows < AgentRowsMax;)
        {
            var page = await journal.ReadStreamBackwardsAsync(stream, before, RowsPerRead, cancellationToken);
            foreach (var row in page)
            {
                var commit = Commit.Parser.ParseFrom(row.Payload.Span);
                for (var i = commit.Agent.Events.Count - 1; i >= 0; i--)
                {
                    if (commit.Agent.Events[i].PresenceChanged is not { } change) continue;
                    var from = commit.CommitTime.ToInstant();
                    if (change.Presence == Presence.Online && from < until && until > start) yield return (Instant.Max(from, start), until);
                    if (from <= start) yield break;
                    until = Instant.Min(from, until);
                }
            }

            if (page.Count < RowsPerRead) yield break;
            rows += page.Count;
            before = page[^1].Version;
        }
    }

    private async IAsyncEnumerable<(long Version, Commit Commit)> ReadAsync(
        StreamName stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (true)
        {
            var page = await journal.ReadStreamAsync(stream, after, RowsPerRead, cancellationToken);
            foreach (var row in page) yield return (row.Version, Commit.Parser.ParseFrom(row.Payload.Span));
            if (page.Count < RowsPerRead) yield break;
            after = page[^1].Version;
        }
    }
}
