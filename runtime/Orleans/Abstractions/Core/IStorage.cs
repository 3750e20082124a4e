namespace Orleans.Core;

/// <summary>A state kept in grain storage.</summary>
public interface IStorage
{
    /// <summary>The version last read or written; null for one never stored.</summary>
    string? Etag { get; }

    bool RecordExists { get; }

    /// <exception cref="Storage.InconsistentStateException">The stored version is another.</exception>
    Task ClearStateAsync();

    /// <exception cref="Storage.InconsistentStateException">The stored version is another.</exception>
    Task WriteStateAsync();

    Task ReadStateAsync();

    Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

    Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

    Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
}
