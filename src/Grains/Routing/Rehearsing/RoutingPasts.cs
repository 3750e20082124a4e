using System.Collections.Immutable;
using Engine.Grains.Journal;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;

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
        DateTimeOffset startTime,
        DateTimeOffset endTime,
        CancellationToken cancellationToken)
    {
        await _reads.WaitAsync(cancellationToken);
        try
        {
            var (ids, isTruncated) = await ListConversationsAsync(workspace, queue, startTime, cancellationToken);
            var waits = await ReadWaitsAsync(workspace, queue, ids, startTime, endTime, cancellationToken);
            var agents = await ReadAgentsAsync(workspace, [queue, .. alsoQueues], startTime, endTime, cancellationToken);
            var conversations = waits.Select(static wait => wait.Waiting.Conversation).Distinct(StringComparer.Ordinal).Count();
            return new RoutingPast(startTime, endTime, waits, agents, conversations, isTruncated);
        }
        finally
        {
            _reads.Release();
        }
    }

    public void Dispose() => _reads.Dispose();

    /// <summary>The queue's conversations that changed since; what began later than the end is sorted out when it is read.</summary>
    private async Task<(List<string> Ids, bool IsTruncated)> ListConversationsAsync(
        string workspace, string queue, DateTimeOffset startTime, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        var query = new ConversationQuery { Workspace = workspace, Queue = queue, UpdatedSince = startTime, Limit = PageSize };
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

    private async Task<ImmutableArray<PastWait>> ReadWaitsAsync(
        string workspace, string queue, List<string> ids, DateTimeOffset startTime, DateTimeOffset endTime, CancellationToken cancellationToken)
    {
        var found = new ImmutableArray<PastWait>[ids.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = StreamsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, ids.Count, options, async (i, token) =>
        {
            var history = new WaitHistory(ids[i], queue);
            await foreach (var (version, commit) in ReadAsync(new StreamName(workspace, "conversation", ids[i]), token))
            {
                if (commit.Conversation?.Summary is { } summary) history.Add(version, commit.CommitTime.ToDateTimeOffset(), summary);
            }

            found[i] = history.Finish();
        });
        return
        [
            .. found.SelectMany(static waits => waits)
                .Where(wait => wait.BeginTime >= startTime && wait.BeginTime < endTime)
                .OrderBy(static wait => wait.BeginTime)
                .ThenBy(static wait => wait.Waiting.Conversation, StringComparer.Ordinal),
        ];
    }

    private async Task<ImmutableArray<PastAgent>> ReadAgentsAsync(
        string workspace, HashSet<string> queues, DateTimeOffset startTime, DateTimeOffset endTime, CancellationToken cancellationToken)
    {
        var agents = ImmutableArray.CreateBuilder<PastAgent>();
        var after = "";
        while (true)
        {
            var page = await views.ListAgentRoutingAsync(workspace, after, PageSize, cancellationToken);
            foreach (var row in page)
            {
                if (row.Routing is not { } bytes) continue;
                var routing = AgentRouting.Parser.ParseFrom(bytes.Span);
                if (!routing.Queues.Any(queues.Contains)) continue;
                agents.Add(new PastAgent(routing, await ReadShiftsAsync(workspace, row.Id, startTime, endTime, cancellationToken)));
            }

            if (page.Count < PageSize) return agents.ToImmutable();
            after = page[^1].Id;
        }
    }

    /// <summary>Backwards from now to the last change of presence before the start: what was before that does not matter.</summary>
    private async Task<ImmutableArray<PastShift>> ReadShiftsAsync(
        string workspace, string agent, DateTimeOffset startTime, DateTimeOffset endTime, CancellationToken cancellationToken)
    {
        var shifts = ImmutableArray.CreateBuilder<PastShift>();
        var until = endTime;
        var before = long.MaxValue;
        for (var rows = 0; rows < AgentRowsMax;)
        {
            var page = await journal.ReadStreamBackwardsAsync(new StreamName(workspace, "agent", agent), before, RowsPerRead, cancellationToken);
            foreach (var row in page)
            {
                var commit = Commit.Parser.ParseFrom(row.Payload.Span);
                for (var i = commit.Agent.Events.Count - 1; i >= 0; i--)
                {
                    if (commit.Agent.Events[i].PresenceChanged is not { } change) continue;
                    var from = commit.CommitTime.ToDateTimeOffset();
                    if (change.Presence == Presence.Online && from < until) shifts.Add(new PastShift(from < startTime ? startTime : from, until));
                    if (from <= startTime) return Ordered(shifts);
                    if (from < until) until = from;
                }
            }

            if (page.Count < RowsPerRead) break;
            rows += page.Count;
            before = page[^1].Version;
        }

        return Ordered(shifts);
    }

    private static ImmutableArray<PastShift> Ordered(ImmutableArray<PastShift>.Builder shifts)
    {
        shifts.Reverse();
        return shifts.DrainToImmutable();
    }

    private async IAsyncEnumerable<(long Version, Commit Commit)> ReadAsync(
        StreamName stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
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
