using Engine.Grains.Consumers;
using Engine.Grains.Journal;

namespace Engine.Grains.Views;

/// <summary>
/// Waits until the read models hold what was written. Lists are made from the journal a moment later, by whichever silo owns
/// the lane; who waits may be in another process, or in a gateway that is no silo at all.
/// </summary>
/// <remarks>
/// Telling every process of every step would cost more than lists do. So who waits asks: when the lane's owner runs in this
/// process it tells directly (one silo never asks); otherwise the owner is nudged, so that it neither gathers nor waits for
/// its turn to look, and the stored checkpoints are read every few milliseconds, once for all who wait, while someone does.
/// </remarks>
internal sealed class ViewProgress(IViewStore views, IJournal journal, IGrainFactory grains, ConsumerRegistry running)
{
    /// <summary>How often the stored checkpoints are read while someone waits for an owner elsewhere.</summary>
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(25);

    /// <summary>A nudge may be lost, and a commit that is young may not be visible to the reader yet.</summary>
    private static readonly TimeSpan NudgePeriod = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly int[] _waiting = new int[journal.ConsumerGroups];
    private readonly long[] _nudgedAt = new long[journal.ConsumerGroups];
    private JournalPosition _position = JournalPosition.Start;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _polling;

    /// <summary>The views hold these lanes up to a position.</summary>
    public void Advance(LaneSet lanes, JournalPosition position)
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            _position = _position.With(lanes, position);
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        moved.SetResult();
    }

    /// <summary>Waits until the views hold everything of a lane up to a position; false when time ran out first.</summary>
    public async Task<bool> WaitAsync(LanePosition position, TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_position.Covers(position)) return true;
        }

        var group = position.Lane % _waiting.Length;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(timeout);
        lock (_lock) _waiting[group]++;
        try
        {
            while (true)
            {
                var owner = running.Find(ViewConsumer.Name, group);
                if (owner is null) Poll();
                Task moved;
                lock (_lock)
                {
                    if (_position.Covers(position)) return true;
                    moved = _moved.Task;
                }

                owner?.Nudge();
                // Not for longer than this: the owner may move to another silo, or need another nudge.
                await moved.WaitAsync(NudgePeriod, TimeProvider.System, timer.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!timer.IsCancellationRequested) continue;
                cancellationToken.ThrowIfCancellationRequested();
                lock (_lock) return _position.Covers(position);
            }
        }
        finally
        {
            lock (_lock) _waiting[group]--;
        }
    }

    private void Poll()
    {
        lock (_lock)
        {
            if (_polling) return;
            _polling = true;
        }

        using (ExecutionContext.SuppressFlow()) _ = Task.Run(PollAsync);
    }

    private async Task PollAsync()
    {
        while (true)
        {
            var elsewhere = new List<int>();
            lock (_lock)
            {
                for (var group = 0; group < _waiting.Length; group++)
                {
                    if (_waiting[group] > 0 && running.Find(ViewConsumer.Name, group) is null) elsewhere.Add(group);
                }

                if (elsewhere.Count == 0)
                {
                    _polling = false;
                    return;
                }
            }

            foreach (var group in elsewhere) Nudge(group);
            try
            {
                var stored = await views.ReadCheckpointAsync();
                foreach (var group in elsewhere)
                {
                    if (running.Find(ViewConsumer.Name, group) is null) Advance(new LaneSet(group, _waiting.Length), stored);
                }
            }
            catch (Exception)
            {
                // Whoever waits learns that the views did not get there in time; the list itself meets the store's trouble.
            }

            await Task.Delay(PollPeriod, TimeProvider.System);
        }
    }

    private void Nudge(int group)
    {
        if (_nudgedAt[group] != 0 && TimeProvider.System.GetElapsedTime(_nudgedAt[group]) < NudgePeriod) return;
        _nudgedAt[group] = TimeProvider.System.GetTimestamp();
        try
        {
            _ = grains.GetGrain<IConsumerGrain>(ConsumerGrain.Key(ViewConsumer.Name, group)).NudgeAsync();
        }
        catch (Exception)
        {
            // A client without a connection: the owner looks at the journal by itself, only later.
        }
    }
}
