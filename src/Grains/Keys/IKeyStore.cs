namespace Engine.Grains.Keys;

/// <summary>
/// Stores wrapped keys: one for each workspace, wrapped by the master key, and one for each person whose content is sealed,
/// wrapped by the workspace's key. The store never sees a key in the clear.
/// </summary>
public interface IKeyStore
{
    /// <summary>The wrapped key stored under a name, or null.</summary>
    /// <param name="owner">Empty for the workspace's own key, else <c>customer/ID</c> or <c>agent/ID</c>.</param>
    Task<byte[]?> ReadAsync(string workspace, string owner, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stores a wrapped key unless the name has one, durably before it returns; answers with the key that is stored then,
    /// so that of two callers at once both get the same. A destroyed name stays destroyed: null.
    /// </summary>
    Task<byte[]?> CreateAsync(string workspace, string owner, byte[] wrapped, CancellationToken cancellationToken = default);

    /// <summary>
    /// Destroys a key for ever: durable before it returns, and no file of the store holds its bytes afterwards. Idempotent;
    /// also bars a name that never had a key.
    /// </summary>
    Task DestroyAsync(string workspace, string owner, CancellationToken cancellationToken = default);

    /// <summary>
    /// Names whose keys were destroyed since a mark, for caches in other processes; a name may be told more than once, none
    /// is left out. A store that serves one process has nothing to tell.
    /// </summary>
    /// <param name="since">The mark of an earlier answer; null: tells only the mark.</param>
    ValueTask<DestroyedKeys> ReadDestroyedAsync(long? since, CancellationToken cancellationToken = default) =>
        new(new DestroyedKeys([], since ?? 0));
}
