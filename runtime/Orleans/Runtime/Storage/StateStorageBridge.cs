using Orleans.Storage;

namespace Orleans.Runtime.Storage;

/// <summary>A grain's state and the storage it is kept in.</summary>
internal sealed class StateStorageBridge<TState>(string name, GrainId grainId, IGrainStorage storage) : IPersistentState<TState>
{
    private readonly GrainState<TState> _state = new() { State = Fresh() };

    public TState State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    public string? Etag => _state.ETag;

    public bool RecordExists => _state.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        await storage.ReadStateAsync(name, grainId, _state, cancellationToken);
        if (_state.State is null)
            _state.State = Fresh();
    }

    public Task WriteStateAsync(CancellationToken cancellationToken) =>
        storage.WriteStateAsync(name, grainId, _state, cancellationToken);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        await storage.ClearStateAsync(name, grainId, _state, cancellationToken);
        _state.RecordExists = false;
        _state.State = Fresh();
    }

    private static TState? Fresh() =>
        typeof(TState).IsValueType || typeof(TState).GetConstructor(Type.EmptyTypes) is null
            ? default
            : Activator.CreateInstance<TState>();
}
