namespace Orleans.Runtime.Storage;

/// <summary>Holds states in memory for as long as it is active.</summary>
internal interface IMemoryStorageGrain : IGrainWithIntegerKey
{
    ValueTask<MemoryRecord?> Read(string key);

    /// <returns>The new version.</returns>
    /// <exception cref="Orleans.Storage.InconsistentStateException">The stored version is another.</exception>
    Task<string> Write(string key, [Immutable] byte[] payload, string? etag);

    /// <exception cref="Orleans.Storage.InconsistentStateException">The stored version is another.</exception>
    Task Clear(string key, string? etag);
}
