using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Sla;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;
using Orleans.Runtime;

namespace Engine.Grains.Routing;

/// <summary>What a queue does besides: makes its memory, keeps itself alive while something waits, stores what it counted.</summary>
internal sealed partial class QueueGrain
{
    private const string Reminder = "alive";
    private const int Page = 1_000;
    private const int AgentsAtOnce = 32;

    /// <summary>Conversations whose answers are owed that are looked for after a start; the rest comes by news.</summary>
    private const int OwedMax = 20_000;

    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TimerMax = TimeSpan.FromMinutes(15);

    /// <summary>In real time, like all that follows.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StoreEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan KeptAlive = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CatchUpMax = TimeSpan.FromSeconds(60);

    /// <summary>How long who reads waits for a queue that has just come to life.</summary>
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Setbacks _setbacks = new(TimeProvider.System);
    private bool _isRosterStale;
    private bool _isReminded;
    private bool _isStoring;
    private long _storedAt = TimeProvider.System.GetTimestamp();
    private (long Assigned, long Reconciled, long Answers) _stored;

    async Task IRemindable.ReceiveReminder(string reminderName, TickStatus status)
    {
        _isReminded = true;
        if (!_isReady || _board.WaitingCount > 0 || _offers.Count > 0) return;
        // Nothing waits: whoever comes next wakes the queue.
        if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
        _isReminded = false;
        if (_board.WaitingCount > 0) await RemindAsync();
    }

    private async Task RemindAsync()
    {
        if (_isReminded) return;
        await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
        _isReminded = true;
    }

    /// <summary>Lives beside the calls, on the actor's own turns.</summary>
    private async Task LiveAsync(TimeSpan period, Func<CancellationToken, Task> beat)
    {
        await Task.Yield();
        while (!_gone.IsCancellationRequested)
        {
            // What is rare need not wait for its turn to begin with.
            var pause = _isReady ? period : Beat;
            try
            {
                await beat(_gone.Token);
            }
            catch (OperationCanceledException) when (_gone.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                pause = _setbacks.Add();
                if (!TransientFailure.Is(e)) LogBeatFailed(e);
                else if (_setbacks.TryTell(out var failures)) LogStepDelayed(e.GetType().Name, failures);
            }

            await Task.Delay(pause, TimeProvider.System, _gone.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync();
        if (!_isReady)
        {
            var begin = TimeProvider.System.GetTimestamp();
            await RebuildAsync(cancellationToken);
            LogRebuilt(_board.WaitingCount, _agents.Count, TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds);
            if (_board.WaitingCount > 0) await RemindAsync();
        }
        else if (_isRosterStale)
        {
            await ReadAgentsAsync(cancellationToken);
        }

        (_waitingSeen, _fairnessSeen) = (_board.WaitingCount, _fairness.Ratio(_agents.Values, Now));
        if (_board.WaitingCount > 0 || _offers.Count > 0) DelayDeactivation(KeptAlive);
        if (TimeProvider.System.GetElapsedTime(_storedAt) >= StoreEvery) await StoreCountsAsync();
        Pump();
        TellHeld();
    }

    /// <summary>
    /// Puts on the board what the read models say, once they hold everything that was committed before the queue came to
    /// life: whatever was told to its predecessor is among it. What is told meanwhile is newer, and the board knows by the
    /// versions. Nothing is matched before.
    /// </summary>
    private async Task RebuildAsync(CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken);
        var after = "";
        for (var count = Page; count == Page;)
        {
            var rows = await views.ListWaitingAsync(Workspace, Id, after, Page, cancellationToken);
            foreach (var row in rows) _board.Put(Waiting(row), Instant);
            count = rows.Count;
            if (count > 0) after = rows[^1].Id;
        }

        await ReadAgentsAsync(cancellationToken);
        await ReadOwedAsync(cancellationToken);
        _isReady = true;
        _ready.SetResult();
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(CatchUpMax);
        try
        {
            await caughtUp.WaitAsync((await Context.Journal.ReadEndAsync(timer.Token))[0], timer.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The read models are too far behind for a queue to start from.");
        }
    }

    /// <summary>Who may be asked: as the read models say, but those who may be there say for themselves.</summary>
    private async Task ReadAgentsAsync(CancellationToken cancellationToken)
    {
        _isRosterStale = false;
        var asked = Asked(_settings);
        var after = "";
        for (var count = Page; count == Page;)
        {
            var rows = await views.ListAgentRoutingAsync(Workspace, after, Page, cancellationToken);
            var here = new List<string>();
            foreach (var row in rows)
            {
                var routing = row.Routing is { } bytes ? AgentRouting.Parser.ParseFrom(bytes.Span) : null;
                if (routing is not null && !routing.Queues.Any(asked.Contains)) continue;
                if (routing is { Presence: Presence.Offline }) Take(routing);
                else here.Add(row.Id);
            }

            foreach (var some in here.Chunk(AgentsAtOnce))
            {
                foreach (var reply in await Task.WhenAll(some.Select(id => AgentOf(id).GetRoutingAsync()))) Take(reply.Agent);
            }

            count = rows.Count;
            if (count > 0) after = rows[^1].Id;
        }
    }

    /// <summary>An agent, with the reservations of the queue's predecessor: until they are over, what they are for is given to nobody else.</summary>
    private void Take(AgentRouting? agent)
    {
        PutAgent(agent);
        if (agent is null || _isReady) return;
        foreach (var reserved in agent.Reservations)
        {
            if (_board.Waiting(reserved.Conversation) is null || _offers.ContainsKey(reserved.Reservation)) continue;
            var until = (reserved.ExpireTime?.ToDateTimeOffset() ?? Now + ReservedFor) + HeldLonger;
            if (until > Now) _board.Hold(reserved.Reservation, reserved.Conversation, agent.Agent, reserved.Units, until.ToInstant(), Instant);
        }
    }

    private async Task ReadOwedAsync(CancellationToken cancellationToken)
    {
        var query = new ConversationQuery { Workspace = Workspace, Queue = Id, Statuses = [(int)ConversationStatus.Open], Limit = Page };
        for (var count = 0; count < OwedMax;)
        {
            var rows = await views.ListConversationsAsync(query, cancellationToken);
            foreach (var row in rows.Where(r => r.Assignee.Length > 0))
            {
                if (WaitingConversations.IsOwed(ConversationSummary.Parser.ParseFrom(row.Summary.Span)) && _board.Waiting(row.Id) is null)
                    _owed.TryAdd(row.Id, row.Version);
            }

            count += rows.Count;
            if (rows.Count < Page) return;
            query = query with { After = (rows[^1].UpdateTime, rows[^1].Id) };
        }
    }

    private static WaitingConversation Waiting(ConversationRow row) =>
        WaitingConversations.Of(row.Id, row.Version, ConversationSummary.Parser.ParseFrom(row.Summary.Span));

    /// <summary>Now and then: what was counted is for forecasts and reports, and a few minutes of it may be lost.</summary>
    private async Task StoreCountsAsync()
    {
        var counted = (_assigned, _reconciled, _answers.Total);
        if (_isStoring || counted == _stored) return;
        _isStoring = true;
        try
        {
            var counts = new QueueCounts { Assigned = _assigned, Reconciled = _reconciled };
            _answers.Write(counts);
            var refused = await ExecuteAsync(
                RequestStamp.None, (_, _) => new QueueChange(counts), null, (_, _, _) => (Rejection?)null, rejection => rejection);
            if (refused is null) (_stored, _storedAt) = (counted, TimeProvider.System.GetTimestamp());
        }
        finally
        {
            _isStoring = false;
        }
    }

    private void OnFailed(Exception e)
    {
        if (_gone.IsCancellationRequested) return;
        if (!TransientFailure.Is(e)) LogStepFailed(e);
        else if (_setbacks.TryTell(out var failures)) LogStepDelayed(e.GetType().Name, failures);
    }
}
