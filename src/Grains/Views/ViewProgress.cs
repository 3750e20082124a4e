using Engine.Grains.Journal;

namespace Engine.Grains.Views;

/// <summary>How far the read models have come, and who waits for them.</summary>
internal sealed class ViewProgress
{
    private readonly Lock _lock = new();
    private JournalPosition _position = JournalPosition.Start;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when someone waits for the views.</summary>
    public Task Wanted
    {
        get
        {
            lock (_lock) return _wanted.Task;
        }
    }

    public void Advance(JournalPosition position)
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            _position = position;
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_wanted.Task.IsCompleted) _wanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        moved.SetResult();
    }

    public async Task<bool> WaitAsync(LanePosition position, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(timeout);
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (_position.Covers(position)) return true;
                moved = _moved.Task;
                _wanted.TrySetResult();
            }

            try
            {
                await moved.WaitAsync(timer.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
