using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Engine.Grains.Sla;

namespace Engine.Grains.Routing;

internal sealed partial class QueueGrain
{
    // Read by the metrics' own thread.
    private volatile int _waitingSeen;
    private double _fairnessSeen;

    public async Task<QueueStatusReply> GetStatusAsync()
    {
        var catalog = await catalogs.GetAsync(Workspace);
        if (!catalog.QueueById.ContainsKey(Id)) return new QueueStatusReply { Rejection = QueueNotFound() };
        await UntilReadyAsync();
        var staff = _board.Staff(Instant);
        return new QueueStatusReply
        {
            Result = new QueueStatus
            {
                Name = Name,
                WaitingCount = _board.WaitingCount,
                OldestWaitBeginTime = _board.OldestWaitBegin()?.ToTimestamp(),
                OfferCount = _offers.Count,
                OnlineAgentCount = staff.OnlineCount,
                CapacityUnits = staff.CapacityUnits,
                LoadUnits = staff.LoadUnits,
                AssignedCount = _assigned,
                ReconciledCount = _reconciled,
                FairnessRatio = _fairness.Ratio(_agents.Values, Now),
                MedianResponse = Seconds(_answers.MedianS),
                HeldAgentCount = _board.HeldAgents(Instant).Count,
            },
        };
    }

    public Task<QueueLoadReply> GetLoadAsync()
    {
        var load = new QueueLoad
        {
            OwedCount = _owed.Count,
            // Who works for several queues is there for each of them in part.
            Agents = _agents.Values.Where(a => a.Presence == Presence.Online).Sum(a => 1.0 / a.Queues.Count),
            TimePerAnswer = Seconds(_answers.GapS),
            MedianResponse = Seconds(_answers.MedianS),
            NinetiethPercentileResponse = Seconds(_answers.NinetiethPercentileS),
            AnswerCount = _answers.Count,
            LikelyStretchLog = _answers.Stretch.LikelyLog,
            LatestStretchLog = _answers.Stretch.LatestLog,
        };
        load.WaitingByPriority.AddRange(_board.WaitingByPriority);
        return Task.FromResult(new QueueLoadReply { Result = load });
    }

    public async Task<WaitingExplanationReply> ExplainWaitingAsync(string conversation)
    {
        await UntilReadyAsync();
        var explanation = _board.Explain(conversation, Instant) ?? new WaitingExplanation { Queue = Name };
        if (_offers.Values.FirstOrDefault(o => o.Conversation == conversation) is { } offer)
            explanation.OfferedTo = Ids.AgentId.Of(offer.Agent).Name;
        return new WaitingExplanationReply { Result = explanation };
    }

    /// <summary>What is told before the queue knows what the journal says would be wrong; but better that than nothing.</summary>
    private Task UntilReadyAsync() => _isReady
        ? Task.CompletedTask
        : Task.WhenAny(_ready.Task, Task.Delay(ReadyMax, TimeProvider.System));

    private static Duration? Seconds(double? seconds) => seconds is { } known ? Duration.FromTimeSpan(TimeSpan.FromSeconds(known)) : null;

    private static Rejection QueueNotFound() => Rejections.Of(RejectionKind.NotFound, "QUEUE_NOT_FOUND", "There is no such queue.");
}
