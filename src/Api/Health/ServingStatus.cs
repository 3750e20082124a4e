namespace Engine.Api.Health;

internal sealed class ServingStatus : IServingStatus
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = New();
    private volatile ServingState _state;

    public ServingState State => _state;

    public void Set(ServingState state)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (_state == state) return;
            _state = state;
            changed = _changed;
            _changed = New();
        }

        changed.SetResult();
    }

    public async Task<ServingState> WaitForChangeAsync(ServingState seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_state != seen) return _state;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
