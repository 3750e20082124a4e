using System.Collections.Concurrent;
using System.Security.Cryptography;
using Engine.Grains.Keys;
using Engine.V1;

namespace Engine.Grains.Tests.Keys;

public sealed class ContentKeyTests
{
    [Fact]
    public async Task Sealed_content_opens_and_shows_nothing()
    {
        using var key = await Vault(new Store()).GetOrCreateAsync("shop", "customer/carla");
        var content = new Content { Text = "Where is my parcel?" };

        var sealedContent = key!.Seal(content, "content");

        Assert.Equal(content, key.Open(sealedContent, Content.Parser, "content"));
        Assert.Equal(-1, sealedContent.Span.IndexOf("parcel"u8));
    }

    [Fact]
    public async Task Sealed_content_opens_only_as_what_it_was_sealed_as()
    {
        using var key = await Vault(new Store()).GetOrCreateAsync("shop", "customer/carla");
        var sealedContent = key!.Seal(new Content { Text = "a" }, "content");

        Assert.ThrowsAny<CryptographicException>(() => key.Open(sealedContent.Span, "details"));
    }

    [Fact]
    public async Task A_changed_bit_is_noticed()
    {
        using var key = await Vault(new Store()).GetOrCreateAsync("shop", "customer/carla");
        var bytes = key!.Seal(new Content { Text = "a" }, "content").ToByteArray();
        bytes[^1] ^= 1;

        Assert.ThrowsAny<CryptographicException>(() => key.Open(bytes, "content"));
    }

    [Fact]
    public async Task Another_process_with_the_same_master_key_opens_it()
    {
        var store = new Store();
        using var key = await Vault(store).GetOrCreateAsync("shop", "customer/carla");
        using var other = await Vault(store).FindAsync("shop", "customer/carla");

        Assert.Equal("a", other!.Open(key!.Seal(new Content { Text = "a" }, "content"), Content.Parser, "content").Text);
    }

    [Fact]
    public async Task Another_master_key_opens_nothing()
    {
        var store = new Store();
        using var key = await Vault(store).GetOrCreateAsync("shop", "customer/carla");
        var stranger = new KeyVault(store, new MasterKey(RandomNumberGenerator.GetBytes(32)));

        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await stranger.FindAsync("shop", "customer/carla"));
    }

    [Fact]
    public async Task Concurrent_creators_get_the_same_key()
    {
        var store = new Store();
        var keys = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Vault(store).GetOrCreateAsync("shop", "customer/carla").AsTask()));
        var sealedContent = keys[0]!.Seal(new Content { Text = "a" }, "content");

        Assert.All(keys, key => Assert.Equal("a", key!.Open(sealedContent, Content.Parser, "content").Text));
    }

    [Fact]
    public async Task A_destroyed_key_never_comes_back()
    {
        var vault = Vault(new Store());
        (await vault.GetOrCreateAsync("shop", "customer/carla"))!.Dispose();

        await vault.DestroyAsync("shop", "customer/carla");

        Assert.Null(await vault.FindAsync("shop", "customer/carla"));
        Assert.Null(await vault.GetOrCreateAsync("shop", "customer/carla"));
    }

    private static KeyVault Vault(IKeyStore store) => new(store, new MasterKey(new byte[32]));

    /// <summary>The contract of <see cref="IKeyStore"/> over a dictionary; the real ones are tested in tests/Storage.</summary>
    private sealed class Store : IKeyStore
    {
        private readonly ConcurrentDictionary<(string, string), byte[]> _keys = new();

        public Task<byte[]?> ReadAsync(string workspace, string owner, CancellationToken cancellationToken = default) =>
            Task.FromResult(_keys.TryGetValue((workspace, owner), out var key) && key.Length > 0 ? key : null);

        public Task<byte[]?> CreateAsync(string workspace, string owner, byte[] wrapped, CancellationToken cancellationToken = default)
        {
            var stored = _keys.GetOrAdd((workspace, owner), wrapped);
            return Task.FromResult(stored.Length > 0 ? stored : null);
        }

        public Task DestroyAsync(string workspace, string owner, CancellationToken cancellationToken = default)
        {
            _keys[(workspace, owner)] = [];
            return Task.CompletedTask;
        }
    }
}
