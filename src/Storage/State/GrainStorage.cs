using Orleans.Runtime;
using Orleans.Storage;

namespace Engine.Storage.State;

/// <summary>
/// Grain storage for secrets and settings: what is conversation, customer or agent is in the journal. Etags are random, so
/// that a state cleared and written anew is never taken for the one that was there before.
/// </summary>
internal sealed class GrainStorage(IGrainStateStore store, IGrainStorageSerializer serializer) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var stored = await store.ReadAsync(stateName, grainId.ToString());
        grainState.State = (stored is null ? default : serializer.Deserialize<T>(BinaryData.FromBytes(stored.Payload)))
            ?? Activator.CreateInstance<T>();
        grainState.ETag = stored?.Etag;
        grainState.RecordExists = stored is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var state = new StoredState(serializer.Serialize(grainState.State).ToMemory(), Guid.NewGuid().ToString("N"));
        var found = await store.WriteAsync(stateName, grainId.ToString(), grainState.ETag, state);
        ThrowIfChanged("Writing", stateName, grainId, found, grainState.ETag);
        grainState.ETag = state.Etag;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var found = await store.DeleteAsync(stateName, grainId.ToString(), grainState.ETag);
        ThrowIfChanged("Clearing", stateName, grainId, found, grainState.ETag);
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static void ThrowIfChanged(string doing, string stateName, GrainId grain, string? found, string? expected)
    {
        if (found == expected) return;
        throw new InconsistentStateException(
            $"{doing} state '{stateName}' of {grain}: it was changed since it was read.", found ?? "none", expected ?? "none");
    }
}
