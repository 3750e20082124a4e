using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Engine.Grains.Keys;

/// <summary>
/// Hands out the keys that content is sealed with. A person's content has its own data key, the data key is wrapped by the
/// workspace's key, that by the master key; so erasing one person is destroying one small row, and journal, snapshots and
/// backups need not be rewritten: what they hold of that person has become noise.
/// </summary>
/// <remarks>
/// Keys are cached in the clear, at most 65,536 of them. A destroyed key leaves this process's cache at once. Other processes
/// use it for a second at most (<see cref="RevocationDelayMax"/>): before a key is handed out, what was destroyed since is
/// asked for, at most once a second and only while keys are asked for. When that cannot be asked nothing is handed out.
/// </remarks>
public sealed class KeyVault(IKeyStore store, MasterKey master) : IDisposable
{
    private const int CacheMax = 65_536;
    private const string Wrapping = "wrap";
    private readonly ConcurrentDictionary<(string Workspace, string Owner), byte[]> _cache = new();
    private readonly SemaphoreSlim _checking = new(1, 1);
    private readonly Lock _changing = new();
    private long? _mark;
    private long _checkedAt;
    private int _changes;

    /// <summary>How long a key that another process destroyed may still be used here.</summary>
    public static TimeSpan RevocationDelayMax { get; } = TimeSpan.FromSeconds(1);

    /// <summary>A customer's name in the vault.</summary>
    public static string CustomerOwner(string customerId) => $"customer/{customerId}";

    /// <summary>An agent's name in the vault.</summary>
    public static string AgentOwner(string agentId) => $"agent/{agentId}";

    /// <summary>A person's key; null when there is none or it was destroyed.</summary>
    public async ValueTask<ContentKey?> FindAsync(string workspace, string owner, CancellationToken cancellationToken = default)
    {
        await DropDestroyedAsync(cancellationToken);
        if (_cache.TryGetValue((workspace, owner), out var cached)) return new ContentKey(cached);
        var changes = Volatile.Read(ref _changes);
        var wrapped = await store.ReadAsync(workspace, owner, cancellationToken);
        return wrapped is null ? null : new ContentKey(await UnwrapAsync(workspace, owner, wrapped, changes, cancellationToken));
    }

    /// <summary>A person's key, made when there is none; null when it was destroyed.</summary>
    public async ValueTask<ContentKey?> GetOrCreateAsync(string workspace, string owner, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(workspace, owner, cancellationToken) is { } found) return found;
        using var workspaceKey = new ContentKey(await WorkspaceKeyAsync(workspace, cancellationToken));
        var changes = Volatile.Read(ref _changes);
        var wrapped = workspaceKey.Seal(RandomNumberGenerator.GetBytes(MasterKey.LengthBytes), Wrapping).ToByteArray();
        var stored = await store.CreateAsync(workspace, owner, wrapped, cancellationToken);
        return stored is null ? null : new ContentKey(await UnwrapAsync(workspace, owner, stored, changes, cancellationToken));
    }

    /// <summary>Destroys a person's key for ever. Idempotent.</summary>
    public async Task DestroyAsync(string workspace, string owner, CancellationToken cancellationToken = default)
    {
        await store.DestroyAsync(workspace, owner, cancellationToken);
        Drop([(workspace, owner)]);
    }

    /// <summary>The key that addresses are hashed with in a workspace, 32 bytes.</summary>
    public async ValueTask<byte[]> IdentityKeyAsync(string workspace, CancellationToken cancellationToken = default)
    {
        var key = await WorkspaceKeyAsync(workspace, cancellationToken);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, key, MasterKey.LengthBytes, info: "identity"u8.ToArray());
    }

    private async ValueTask<byte[]> WorkspaceKeyAsync(string workspace, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue((workspace, ""), out var cached)) return cached;
        using var wrapping = new ContentKey(master.Derive($"workspace/{workspace}"));
        var stored = await store.ReadAsync(workspace, "", cancellationToken);
        if (stored is null)
        {
            var made = wrapping.Seal(RandomNumberGenerator.GetBytes(MasterKey.LengthBytes), Wrapping).ToByteArray();
            stored = await store.CreateAsync(workspace, "", made, cancellationToken)
                ?? throw new CryptographicException("The workspace's key was destroyed.");
        }

        return Cache(workspace, "", wrapping.Open(stored, Wrapping), Volatile.Read(ref _changes));
    }

    private async ValueTask<byte[]> UnwrapAsync(
        string workspace, string owner, byte[] wrapped, int changes, CancellationToken cancellationToken)
    {
        using var workspaceKey = new ContentKey(await WorkspaceKeyAsync(workspace, cancellationToken));
        return Cache(workspace, owner, workspaceKey.Open(wrapped, Wrapping), changes);
    }

    /// <param name="changes">As counted before the key was read: had one been destroyed since, it could be this one.</param>
    private byte[] Cache(string workspace, string owner, byte[] key, int changes)
    {
        // Rarely reached; a full cache begins anew rather than keeping an order for every hit.
        if (_cache.Count >= CacheMax) _cache.Clear();
        lock (_changing)
        {
            if (changes == _changes) _cache[(workspace, owner)] = key;
        }

        return key;
    }

    private async ValueTask DropDestroyedAsync(CancellationToken cancellationToken)
    {
        if (IsFresh()) return;
        await _checking.WaitAsync(cancellationToken);
        try
        {
            if (IsFresh()) return;
            // As of when it was asked, not when it was answered.
            var askedAt = TimeProvider.System.GetTimestamp();
            var destroyed = await store.ReadDestroyedAsync(_mark, cancellationToken);
            Drop(destroyed.Names);
            _mark = destroyed.Mark;
            Volatile.Write(ref _checkedAt, askedAt);
        }
        finally
        {
            _checking.Release();
        }

        bool IsFresh() => Volatile.Read(ref _checkedAt) is var checkedAt and not 0
            && TimeProvider.System.GetElapsedTime(checkedAt) < RevocationDelayMax;
    }

    private void Drop(IReadOnlyList<(string Workspace, string Owner)> names)
    {
        if (names.Count == 0) return;
        lock (_changing)
        {
            _changes++;
            foreach (var name in names) _cache.TryRemove(name, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _checking.Dispose();
}
