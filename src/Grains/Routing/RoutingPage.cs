using Engine.Grains.Agents;
using Engine.Grains.Catalogs;
using Engine.Grains.Conversations;
using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;
using AgentEvent = Engine.Internal.V1.AgentEvent;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Routing;

/// <summary>What a page of the journal means to queues, and to conversations that are to be returned to them.</summary>
internal sealed class RoutingPage
{
    private readonly Dictionary<string, QueueNewsBuilder> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Workspace, string Agent), (AgentRouting Routing, HashSet<string> Left)> _agents = [];
    private readonly List<(string Conversation, ReturnToQueueCommand Command)> _returns = [];

    /// <summary>By the queue's key.</summary>
    public IReadOnlyDictionary<string, QueueNewsBuilder> Queues => _queues;

    /// <summary>With the conversation's key.</summary>
    public IReadOnlyList<(string Conversation, ReturnToQueueCommand Command)> Returns => _returns;

    public bool IsEmpty => _queues.Count == 0 && _returns.Count == 0;

    public void Add(JournalRow row)
    {
        switch (row.Stream.Kind)
        {
            case ConversationGrain.StreamKind:
                AddConversation(row, Commit.Parser.ParseFrom(row.Payload.Span));
                break;
            case AgentGrain.StreamKind:
                AddAgent(row, Commit.Parser.ParseFrom(row.Payload.Span).Agent);
                break;
            case CatalogGrain.StreamKind when Commit.Parser.ParseFrom(row.Payload.Span).Catalog.Queue is { } queue:
                // It looks at its settings whenever it is told anything.
                Of(row.Stream.Workspace, QueueNames.IdOf(queue.Name));
                break;
        }
    }

    /// <summary>Agents concern the queues they work for or did, and those whose relax steps name one of these.</summary>
    public async ValueTask AddAgentsAsync(ICatalogs catalogs)
    {
        foreach (var workspace in _agents.GroupBy(a => a.Key.Workspace))
        {
            var askers = AskersOf(await catalogs.GetAsync(workspace.Key));
            foreach (var (_, (routing, left)) in workspace)
            {
                var concerned = routing.Queues.Concat(left).ToHashSet(StringComparer.Ordinal);
                foreach (var queue in concerned.ToList())
                {
                    if (askers.TryGetValue(queue, out var others)) concerned.UnionWith(others);
                }

                foreach (var queue in concerned) Of(workspace.Key, queue).Add(routing);
            }
        }
    }

    private void AddConversation(JournalRow row, Commit commit)
    {
        var (workspace, id) = (row.Stream.Workspace, row.Stream.Id);
        var summary = commit.Conversation.Summary;
        foreach (var e in commit.Conversation.Events)
        {
            if (e.EventCase == ConversationEvent.EventOneofCase.QueueChanged && e.QueueChanged.From.Length > 0)
                Of(workspace, QueueNames.IdOf(e.QueueChanged.From)).Add(new NoLongerWaiting { Conversation = id, Version = row.Version });
        }

        if (summary.Queue.Length == 0) return;
        var queue = Of(workspace, summary.Queue);
        if (WaitingConversations.Waits(summary)) queue.Add(WaitingConversations.Of(id, row.Version, summary));
        else queue.Add(new NoLongerWaiting { Conversation = id, Version = row.Version, Owed = WaitingConversations.IsOwed(summary) });
        if (commit.Conversation.AnsweredSinceTime is not { } since || !AgentId.TryParse(commit.Author.Name, out var agent)) return;
        var ended = commit.Conversation.Events.Select(e => e.Expectation?.Ended).LastOrDefault(e => e is { Answered: true });
        queue.Add(new AnswerGiven
        {
            Conversation = id,
            Version = row.Version,
            Time = commit.CommitTime,
            UnansweredTime = since,
            Agent = agent.Value,
            Foretold = ended?.Basis is ExpectationBasis.Live or ExpectationBasis.History,
            BeforeLikely = ended?.BeforeLikely ?? false,
            BeforeLatest = ended?.BeforeLatest ?? false,
        });
    }

    private void AddAgent(JournalRow row, AgentCommit commit)
    {
        var (workspace, id) = (row.Stream.Workspace, row.Stream.Id);
        if (commit.Routing is { } routing)
        {
            var left = _agents.TryGetValue((workspace, id), out var before) ? before.Left : [];
            left.UnionWith(commit.LeftQueues);
            _agents[(workspace, id)] = (routing, left);
        }

        foreach (var e in commit.Events)
        {
            switch (e.EventCase)
            {
                case AgentEvent.EventOneofCase.OfferAccepted:
                    Of(workspace, e.OfferAccepted.Reservation.Queue).AddAccepted(e.OfferAccepted.Reservation);
                    break;
                case AgentEvent.EventOneofCase.ReservationEnded when e.ReservationEnded.End == ReservationEnd.Declined:
                    Of(workspace, e.ReservationEnded.Queue).AddDeclined(Declined(id, e.ReservationEnded));
                    break;
                case AgentEvent.EventOneofCase.WorkReturned:
                    _returns.AddRange(e.WorkReturned.Conversations.Select(c => ($"{workspace}/{c.Conversation}", new ReturnToQueueCommand
                    {
                        Agent = id,
                        Reason = e.WorkReturned.Reason,
                        ConversationVersion = c.ConversationVersion,
                    })));
                    break;
            }
        }
    }

    private static Reservation Declined(string agent, ReservationEnded ended) => new()
    {
        Id = ended.Reservation,
        Conversation = ended.Conversation,
        Queue = ended.Queue,
        Offer = new Offer { Name = OfferNames.Of(agent, ended.Reservation) },
    };

    /// <summary>Ids of queues by the id of a queue whose agents they ask in time.</summary>
    private static Dictionary<string, HashSet<string>> AskersOf(WorkspaceCatalog catalog)
    {
        var askers = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var queue in catalog.Queues)
        {
            foreach (var asked in queue.RelaxSteps.SelectMany(step => step.AlsoQueues).Select(QueueNames.IdOf))
            {
                if (!askers.TryGetValue(asked, out var known)) askers[asked] = known = new HashSet<string>(StringComparer.Ordinal);
                known.Add(QueueNames.IdOf(queue.Name));
            }
        }

        return askers;
    }

    private QueueNewsBuilder Of(string workspace, string queue)
    {
        var key = $"{workspace}/{queue}";
        if (!_queues.TryGetValue(key, out var news)) _queues[key] = news = new QueueNewsBuilder();
        return news;
    }
}
