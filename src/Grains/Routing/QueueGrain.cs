using Engine.Grains.Catalogs;
using Engine.Grains.Journal;
using Engine.Grains.Routing.Matching;
using Engine.Grains.Sla;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Engine.Grains.Routing;

/// <summary>
/// Matches what waits with who is there.
/// </summary>
/// <remarks>
/// <para>
/// The problem: a conversation must get exactly one agent, and no agent more than fits, although conversations, agents and
/// queues are actors that know of each other's doings only later, and any of them may die between two steps. A queue that
/// owned the waiting conversations would have to be told of each in the conversation's own commit, and would disagree with
/// it after the first crash. So a queue owns nothing. Which conversations wait is what their own journals say; the queue
/// is told by who follows the journal, remembers it on a <see cref="QueueBoard"/>, and can make its memory anew from the
/// read models at any time. What it does about it is a protocol of steps that each may be repeated or lost:
/// it reserves units at the agent, who alone decides whether there is room; asks the conversation, which alone decides
/// whether it still waits; and tells the agent what came of it. A step that is lost leaves a reservation, which expires.
/// </para>
/// <para>
/// Calls are slow and matching is fast, so many matches are under way at once; the board holds each conversation, and each
/// agent's units, until its match is over. Whatever fails waits a moment before it is matched again, so that an unreachable
/// silo costs a few calls a second and no loop. All news carry versions: what comes late or twice changes nothing, and
/// rows of the read models may be put on the board while news arrive.
/// </para>
/// </remarks>
[GrainType("queue")]
[Reentrant]
internal sealed partial class QueueGrain(
    JournaledGrainContext context,
    ICatalogs catalogs,
    IViewStore views,
    ViewCatchUp caughtUp,
    RoutingMetrics metrics,
    ClockPace pace,
    IOptions<RoutingOptions> options,
    ILogger<QueueGrain> logger)
    : JournaledGrain<QueueState, QueueChange>(context, StreamKind, QueueState.None), IQueueGrain, IRemindable, IDisposable
{
    public const string StreamKind = "queue";

    private readonly Dictionary<string, AgentRouting> _agents = new(StringComparer.Ordinal);

    /// <summary>Conversations that agents have and owe an answer in, with the version that says so.</summary>
    private readonly Dictionary<string, long> _owed = new(StringComparer.Ordinal);

    private readonly AnswerTimes _answers = new();
    private readonly Fairness _fairness = new();
    private readonly CancellationTokenSource _gone = new();
    private QueueBoard _board = null!;
    private Queue _settings = new();
    private RoutingSettings _weights = new();
    private WorkUnits _units = WorkUnits.Usual;

    /// <summary>Whether the board holds what the journal says, so that it may be acted upon.</summary>
    private bool _isReady;

    private long _assigned;
    private long _reconciled;
    private IGrainTimer? _timer;
    private DateTimeOffset _timerAt;

    private string Name => QueueNames.Of(Id);

    private Instant Instant => Now.ToInstant();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        var counts = Committed.Counts;
        (_assigned, _reconciled) = (counts.Assigned, counts.Reconciled);
        _answers.Read(counts);
        _stored = (_assigned, _reconciled, _answers.Total);
        _settings = new Queue { Name = Name };
        _board = new QueueBoard(_settings, _units);
        metrics.Add(this, () => (_waitingSeen, _fairnessSeen));
        _ = LiveAsync(Beat, BeatAsync);
        _ = LiveAsync(TimeSpan.FromMilliseconds(options.Value.ReconcileEveryMs), ReconcileAsync);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        metrics.Remove(this);
        await _gone.CancelAsync();
        await StoreCountsAsync();
        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    /// <summary>Only ends what still runs: it may look at the token until then.</summary>
    public void Dispose() => _gone.Cancel();

    public async Task<EmptyReply> ApplyAsync(QueueNews news)
    {
        var now = Instant;
        foreach (var waiting in news.Waiting)
        {
            if (_board.Put(waiting, now)) _owed.Remove(waiting.Conversation);
        }

        foreach (var gone in news.Gone) Apply(gone, now);
        foreach (var agent in news.Agents) PutAgent(agent);
        foreach (var answer in news.Answers) _answers.Add(answer, ThereSince(answer.Agent));
        foreach (var declined in news.Declined) OnDeclined(declined);
        foreach (var accepted in news.Accepted) OnAccepted(accepted);
        await RefreshAsync();
        Pump();
        // Whoever tells this does not tell it again: from here on the queue must not be forgotten.
        if (_board.WaitingCount > 0) await RemindAsync();
        return new EmptyReply();
    }

    private void Apply(NoLongerWaiting gone, Instant now)
    {
        // What the queue itself assigned it knows to be gone; not that somebody is owed an answer.
        if (!_board.Remove(gone.Conversation, gone.Version, now) && _board.Waiting(gone.Conversation) is not null) return;
        if (_owed.TryGetValue(gone.Conversation, out var known) && known > gone.Version) return;
        if (gone.Owed) _owed[gone.Conversation] = gone.Version;
        else _owed.Remove(gone.Conversation);
        WithdrawOffers(gone.Conversation);
    }

    private bool PutAgent(AgentRouting? agent)
    {
        if (agent is null || !_board.PutAgent(agent, Instant)) return false;
        if (agent.Queues.Contains(Id)) _agents[agent.Agent] = agent;
        else _agents.Remove(agent.Agent);
        return true;
    }

    private DateTimeOffset? ThereSince(string agent) =>
        _agents.TryGetValue(agent, out var known) && known.Presence == Presence.Online ? known.PresenceTime?.ToDateTimeOffset() : null;

    /// <summary>Takes the settings that are in force; true when who may be asked has changed.</summary>
    private async ValueTask<bool> RefreshAsync()
    {
        var catalog = await catalogs.GetAsync(Workspace);
        if (!catalog.QueueById.TryGetValue(Id, out var settings)) settings = _settings;
        if (settings.Equals(_settings) && catalog.Routing.Equals(_weights)) return false;
        var asked = Asked(_settings);
        (_settings, _weights, _units) = (settings, catalog.Routing, WorkUnits.Of(catalog.Routing));
        _board.Configure(_settings, _units, Instant);
        if (Asked(_settings).IsSubsetOf(asked)) return false;
        _isRosterStale = true;
        return true;
    }

    /// <summary>Ids of the queues whose agents may be asked.</summary>
    private HashSet<string> Asked(Queue settings) =>
        [Id, .. settings.RelaxSteps.SelectMany(step => step.AlsoQueues).Select(QueueNames.IdOf)];

    private protected override QueueState Apply(QueueState state, Commit commit, long version) => new() { Counts = commit.Queue.Counts };

    private protected override QueueState Write(QueueState state, QueueChange change, Commit commit, long version)
    {
        commit.Author = new Author { Type = AuthorType.System };
        commit.Queue = new QueueCommit { Counts = change.Counts };
        return new QueueState { Counts = change.Counts };
    }

    private protected override ValueTask<QueueState> RestoreAsync(Snapshot snapshot, long version) =>
        ValueTask.FromResult(new QueueState { Counts = snapshot.Queue.Counts });

    private protected override void Capture(QueueState state, Snapshot snapshot) => snapshot.Queue = new QueueSnapshot { Counts = state.Counts };
}
