using System.Collections.Concurrent;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.History;
using Engine.LoadTests.Processes;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>Reads everything back when the storm is over: which conversations there are, and every commit of each.</summary>
internal sealed class ChaosReadBack(ClusterCaller caller, IReadOnlyList<EngineApi> gateways, Metadata headers, TimeProvider time)
{
    private const int Concurrency = 16;
    private const int PageSize = 1_000;
    private const int AttemptsMax = 5;
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromMinutes(2);

    /// <summary>The names of all conversations of the workspace, from the read models.</summary>
    public async Task<HashSet<string>> ListAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var request = new ListConversationsRequest { PageSize = PageSize };
        do
        {
            var page = await caller.CallAsync(
                0, static (api, r, o) => api.Conversations.ListConversationsAsync(r, o), request, headers, null, cancellationToken);
            names.UnionWith(page.Conversations.Select(c => c.Name));
            request = new ListConversationsRequest { PageSize = PageSize, PageToken = page.NextPageToken };
        }
        while (request.PageToken.Length > 0);
        return names;
    }

    /// <exception cref="RpcException">It cannot be read although nothing disturbs any more.</exception>
    public async Task<IReadOnlyCollection<ConversationLog>> ReadAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var logs = new ConcurrentBag<ConversationLog>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, parallel, async (name, token) => logs.Add(await ReadAsync(name, token)));
        return logs;
    }

    private async Task<ConversationLog> ReadAsync(string name, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var current = await caller.CallAsync(
                    attempt, static (api, r, o) => api.Conversations.GetConversationAsync(r, o),
                    new GetConversationRequest { Name = name }, headers, null, cancellationToken);
                return await WatchAsync(gateways[attempt % gateways.Count], name, current.Version, cancellationToken);
            }
            catch (RpcException e) when (attempt < AttemptsMax && RetryingCaller.IsRetryable(e, out _))
            {
                // Read from the beginning again.
            }
        }
    }

    private async Task<ConversationLog> WatchAsync(EngineApi api, string name, long version, CancellationToken cancellationToken)
    {
        var commits = new List<LoggedCommit>();
        var deadline = (time.GetUtcNow() + WatchTimeout).UtcDateTime;
        using var call = api.Conversations.WatchConversation(
            new WatchConversationRequest { Name = name }, new CallOptions(headers, deadline, cancellationToken));
        while ((commits.Count == 0 || commits[^1].Version < version) && await call.ResponseStream.MoveNext(cancellationToken))
            commits.Add(Read(call.ResponseStream.Current));
        if (commits.Count == 0) throw new EngineFailedException($"{name} tells no commits.");
        return new ConversationLog(name, commits);
    }

    private static LoggedCommit Read(WatchConversationResponse commit)
    {
        var message = commit.Events.FirstOrDefault(e => e.EventCase == ConversationEvent.EventOneofCase.Message)?.Message;
        return new LoggedCommit
        {
            Version = commit.Version,
            CommitTime = commit.CommitTime.ToDateTimeOffset(),
            ByEngine = commit.Author.Type == AuthorType.System,
            Message = message is null ? null : MessageText.NumberOf(message.Content?.Text ?? ""),
            IsNote = message?.Kind == MessageKind.Note,
            Statuses =
            [
                .. from e in commit.Events
                   where e.EventCase == ConversationEvent.EventOneofCase.StatusChanged
                   let status = e.StatusChanged
                   select new LoggedStatus(
                       status.From, status.To, (status.EffectiveTime ?? commit.CommitTime).ToDateTimeOffset(),
                       status.UntilTime?.ToDateTimeOffset()),
            ],
        };
    }
}
