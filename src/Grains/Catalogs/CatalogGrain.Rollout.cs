using Engine.Grains.Conversations;
using Engine.Grains.Journal;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Engine.Internal.V1;
using Orleans.Runtime;

namespace Engine.Grains.Catalogs;

// The rollout of a changed rule to open conversations. Telling them at once seems natural, and fails: a silo that does not know
// the change yet would decide the next message by the old rules again, and a conversation begun a moment ago is not in the list.
// So it begins when every silo must know the change (their memory is bounded), notes its beginning in the journal, and lists
// conversations once the read models hold all that was written before that note: whatever was decided by the old rules is in the
// list, and nothing is decided by them any more. A crash loses nothing but time: the reminder, armed before the change was
// committed, wakes the actor, whose journal says how far it came. Changes meanwhile do not stop a pass, or many of them would
// stop all; another pass follows.
internal sealed partial class CatalogGrain
{
    private const string ReminderName = "rollout";
    private const int PageSize = 1_000;
    private const int SettleTriesMax = 5;

    /// <summary>Before every id: begun, none done.</summary>
    private const string None = "-";

    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(5);
    private const int FaultsMax = 3;

    private readonly CancellationTokenSource _gone = new();
    private Task _rollout = Task.CompletedTask;
    private Task _reminderWrite = Task.CompletedTask;
    private bool _isReminded;
    private int _commandsReminded;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        if (Committed.IsRollingOut) Start();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _gone.CancelAsync();
        await _rollout.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    public void Dispose() => _gone.Dispose();

    async Task IRemindable.ReceiveReminder(string reminderName, TickStatus status)
    {
        _isReminded = true;
        if (Committed.IsRollingOut) Start();
        else await WriteReminderAsync(ForgetAsync);
    }

    private protected override void OnCommitted(CatalogState before, CatalogState after)
    {
        if (after.RolloutVersion > before.RolloutVersion) Start();
    }

    /// <summary>Carries out a command after which open conversations may have to be computed anew.</summary>
    private async Task<CatalogReply> ChangePromisesAsync(
        string requestId, IMessage request, Func<CatalogState, Timestamp, Decision<CatalogChange>> decide)
    {
        if (Knows(RequestStamp.Of(requestId, request))) return await ChangeAsync(requestId, request, decide);
        _commandsReminded++;
        try
        {
            await WriteReminderAsync(RemindAsync);
            return await ChangeAsync(requestId, request, decide);
        }
        finally
        {
            _commandsReminded--;
        }
    }

    private void Start()
    {
        if (_rollout.IsCompleted && !_gone.IsCancellationRequested) _rollout = RollOutAsync(_gone.Token);
    }

    private async Task RollOutAsync(CancellationToken gone)
    {
        try
        {
            while (Committed.IsRollingOut)
            {
                var version = await SettleAsync(gone);
                var begin = TimeProvider.System.GetTimestamp();
                var from = Committed.Rollout.Version == version && Committed.Rollout.UpTo.Length > 0 ? Committed.Rollout.UpTo : None;
                if (await NoteAsync(version, from) is not { } place) return;
                await caughtUp.WaitAsync(place, gone);
                if (await PassAsync(version, from, gone) is not { } count || await NoteAsync(version, "") is null) return;
                LogRolledOut(count, version, TimeProvider.System.GetElapsedTime(begin).TotalSeconds);
            }

            await WriteReminderAsync(ForgetAsync);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The next activation goes on.
        }
        catch (Exception e)
        {
            // The reminder tries again.
            LogRolloutFailed(e);
        }
    }

    /// <summary>Waits until every silo knows the newest change, and answers with it; when changes do not cease, with the newest known.</summary>
    private async Task<long> SettleAsync(CancellationToken gone)
    {
        for (var tries = 1; ; tries++)
        {
            var version = Committed.RolloutVersion;
            DelayDeactivation(ReminderPeriod);
            await Task.Delay(TimeSpan.FromMilliseconds(options.Value.RolloutAfterMs), TimeProvider.System, gone);
            if (version == Committed.RolloutVersion || tries == SettleTriesMax) return version;
        }
    }

    /// <returns>How many conversations there were; null: this activation is not the one any more.</returns>
    private async Task<long?> PassAsync(long version, string from, CancellationToken gone)
    {
        var (count, noted) = (0L, 0L);
        while (true)
        {
            DelayDeactivation(ReminderPeriod);
            var ids = await views.ListLiveAsync(Workspace, from, PageSize, gone);
            var next = 0;
            async Task WorkAsync()
            {
                while (next < ids.Count) await RecomputeAsync(ids[next++], version, gone);
            }

            await Task.WhenAll(Enumerable.Range(0, Math.Min(options.Value.RolloutParallel, ids.Count)).Select(_ => WorkAsync()));
            count += ids.Count;
            if (ids.Count < PageSize) return count;
            from = ids[^1];
            if (count - noted < options.Value.RolloutNoteEvery) continue;
            noted = count;
            if (await NoteAsync(version, from) is null) return null;
        }
    }

    private async Task RecomputeAsync(string id, long version, CancellationToken gone)
    {
        var delay = RetryMin;
        for (var faults = 0; ;)
        {
            gone.ThrowIfCancellationRequested();
            try
            {
                var reply = await GrainFactory.GetGrain<IConversationGrain>($"{Workspace}/{id}").RecomputePromisesAsync(version).WaitAsync(gone);
                if (reply.Rejection is not { Kind: RejectionKind.Unavailable }) return;
            }
            catch (Exception e) when (!TransientFailure.Is(e) && !gone.IsCancellationRequested)
            {
                // One that cannot be computed must not keep the others waiting for ever.
                if (++faults < FaultsMax) continue;
                LogNotComputed(e);
                return;
            }
            catch (Exception)
            {
                // Its silo left, or the store is away for a while.
            }

            await Task.Delay(delay, TimeProvider.System, gone);
            delay = delay * 2 < RetryMax ? delay * 2 : RetryMax;
        }
    }

    /// <summary>Notes how far it came; null when this activation may not write any more.</summary>
    private Task<LanePosition?> NoteAsync(long version, string upTo) => ExecuteAsync<LanePosition?>(
        RequestStamp.None,
        (state, _) => CatalogCore.Progress(state, version, upTo),
        null,
        (_, _, position) => position,
        _ => null);

    private async Task RemindAsync()
    {
        if (_isReminded) return;
        await this.RegisterOrUpdateReminder(ReminderName, ReminderPeriod, ReminderPeriod);
        _isReminded = true;
    }

    private async Task ForgetAsync()
    {
        if (_commandsReminded > 0 || Working.IsRollingOut || !_isReminded) return;
        if (await this.GetReminder(ReminderName) is { } reminder) await this.UnregisterReminder(reminder);
        _isReminded = false;
    }

    /// <summary>One write after the other: calls interleave, and the last of two writes at once may be the wrong one.</summary>
    private async Task WriteReminderAsync(Func<Task> write)
    {
        while (!_reminderWrite.IsCompleted)
            await _reminderWrite.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await (_reminderWrite = write());
    }
}
