using Orleans.Storage;

namespace Orleans.Runtime.Storage;

/// <summary>Grain storage that lasts as long as the cluster, in a few grains of the runtime.</summary>
internal sealed class MemoryGrainStorage(string name, int grainCount, IGrainFactory factory, IGrainStorageSerializer serializer) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = await Grain(grainId).Read(Key(stateName, grainId));
        grainState.State = record is null ? default : serializer.Deserialize<T>(new BinaryData(record.Payload));
        grainState.ETag = record?.Etag;
        grainState.RecordExists = record is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = serializer.Serialize(grainState.State).ToArray();
        grainState.ETag = await Guard(Grain(grainId).Write(Key(stateName, grainId), payload, grainState.ETag));
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Guard(Clear());
        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = default;

        async Task<bool> Clear()
        {
            await Grain(grainId).Clear(Key(stateName, grainId), grainState.ETag);
            return true;
        }
    }

    private static async Task<TResult> Guard<TResult>(Task<TResult> writing)
    {
        try
        {
            return await writing;
        }
        catch (InconsistentStateException error)
        {
            throw new InconsistentStateException(error.Message, error.StoredEtag, error.CurrentEtag, error);
        }
    }

    private string Key(string stateName, GrainId grainId) => $"{name}|{stateName}|{grainId}";

    private IMemoryStorageGrain Grain(GrainId grainId) =>
        factory.GetGrain<IMemoryStorageGrain>(grainId.GetUniformHashCode() % (uint)grainCount);
}
