using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Engine.Grains.Keys;

/// <summary>
/// Hands out the keys that content is sealed with. A person's content has its own data key, the data key is wrapped by the
/// workspace's key, that by the master key; so erasing one person is destroying one small row, and journal, snapshots and
/// backups need not be rewritten: what they hold of that person has become noise.
/// </summary>
/// <remarks>
/// Keys are cached in the clear, at most 65,536 of them. A destroyed key leaves this process's cache at once; other
/// processes drop it when the person's actor tells their actors, which is part of erasure.
/// </remarks>
public sealed class KeyVault(IKeyStore store, MasterKey master)
{
    private const int CacheMax = 65_536;
    private const string Wrapping = "wrap";
    private readonly ConcurrentDictionary<(string Workspace, string Owner), byte[]> _cache = new();

    /// <summary>A customer's name in the vault.</summary>
    public static string CustomerOwner(string customerId) => $"customer/{customerId}";

    /// <summary>An agent's name in the vault.</summary>
    public static string AgentOwner(string agentId) => $"agent/{agentId}";

    /// <summary>A person's key; null when there is none or it was destroyed.</summary>
    public async ValueTask<ContentKey?> FindAsync(string workspace, string owner, CancellationToken cancellationToken = default)
    {
        if (_cache.TryGetValue((workspace, owner), out var cached)) return new ContentKey(cached);
        var wrapped = await store.ReadAsync(workspace, owner, cancellationToken);
        return wrapped is null ? null : new ContentKey(await UnwrapAsync(workspace, owner, wrapped, cancellationToken));
    }

    /// <summary>A person's key, made when there is none; null when it was destroyed.</summary>
    public async ValueTask<ContentKey?> GetOrCreateAsync(string workspace, string owner, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(workspace, owner, cancellationToken) is { } found) return found;
        using var workspaceKey = new ContentKey(await WorkspaceKeyAsync(workspace, cancellationToken));
        var wrapped = workspaceKey.Seal(RandomNumberGenerator.GetBytes(MasterKey.LengthBytes), Wrapping).ToByteArray();
        var stored = await store.CreateAsync(workspace, owner, wrapped, cancellationToken);
        return stored is null ? null : new ContentKey(await UnwrapAsync(workspace, owner, stored, cancellationToken));
    }

    /// <summary>Destroys a person's key for ever. Idempotent.</summary>
    public async Task DestroyAsync(string workspace, string owner, CancellationToken cancellationToken = default)
    {
        await store.DestroyAsync(workspace, owner, cancellationToken);
        _cache.TryRemove((workspace, owner), out _);
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

        return Cache(workspace, "", wrapping.Open(stored, Wrapping));
    }

    private async ValueTask<byte[]> UnwrapAsync(string workspace, string owner, byte[] wrapped, CancellationToken cancellationToken)
    {
        using var workspaceKey = new ContentKey(await WorkspaceKeyAsync(workspace, cancellationToken));
        return Cache(workspace, owner, workspaceKey.Open(wrapped, Wrapping));
    }

    private byte[] Cache(string workspace, string owner, byte[] key)
    {
        // Rarely reached; a full cache begins anew rather than keeping an order for every hit.
        if (_cache.Count >= CacheMax) _cache.Clear();
        _cache[(workspace, owner)] = key;
        return key;
    }
}
