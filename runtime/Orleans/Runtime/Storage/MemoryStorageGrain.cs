using System.Globalization;
using Orleans.Storage;

namespace Orleans.Runtime.Storage;

/// <summary>Holds states in memory. It is never collected: what it forgot would be lost.</summary>
[KeepAlive]
[GrainType(Cluster.ClusterTopology.MemoryStorageType)]
internal sealed class MemoryStorageGrain : Grain, IMemoryStorageGrain
{
    private readonly Dictionary<string, MemoryRecord> _records = new(StringComparer.Ordinal);
    private long _version;

    public ValueTask<MemoryRecord?> Read(string key) => new(_records.GetValueOrDefault(key));

    public Task<string> Write(string key, byte[] payload, string? etag)
    {
        Check(key, etag);
        var record = new MemoryRecord { Payload = payload, Etag = (++_version).ToString(CultureInfo.InvariantCulture) };
        _records[key] = record;
        return Task.FromResult(record.Etag);
    }

    public Task Clear(string key, string? etag)
    {
        Check(key, etag);
        _records.Remove(key);
        return Task.CompletedTask;
    }

    private void Check(string key, string? etag)
    {
        var stored = _records.GetValueOrDefault(key)?.Etag;
        if (stored == etag)
            return;

        // It is the writer's activation that is out of date, not this one.
        throw new InconsistentStateException($"The version of {key} is {stored ?? "none"}, not {etag ?? "none"}.", stored, etag)
        {
            IsSourceActivation = false,
        };
    }
}
