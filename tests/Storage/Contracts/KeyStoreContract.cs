using System.Text;
using Engine.Grains.Keys;

namespace Engine.Storage.Tests.Contracts;

public abstract class KeyStoreContract : StoreContract
{
    private IKeyStore Keys => Store.Keys;

    [Fact]
    public async Task Create_NoKey_StoresItDurably()
    {
        Assert.Null(await Keys.ReadAsync("shop", ""));
        var key = Unique(60);
        Assert.Equal(key, await Keys.CreateAsync("shop", "", key));
        await Store.ReopenAsync();
        Assert.Equal(key, await Keys.ReadAsync("shop", ""));
        Assert.Null(await Keys.ReadAsync("shop", "customer/1"));
        Assert.Null(await Keys.ReadAsync("shop-2", ""));
    }

    [Fact]
    public async Task Create_ManyAtOnce_AllGetTheSameKey()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Keys.CreateAsync("shop", "customer/1", Unique(60))));
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Equal(answers[0], await Keys.ReadAsync("shop", "customer/1"));
    }

    [Fact]
    public async Task Destroy_Key_BarsTheNameForEver()
    {
        await Keys.CreateAsync("shop", "customer/1", Unique(60));
        await Keys.DestroyAsync("shop", "customer/1");
        Assert.Null(await Keys.ReadAsync("shop", "customer/1"));
        Assert.Null(await Keys.CreateAsync("shop", "customer/1", Unique(60)));
        await Store.ReopenAsync();
        await Keys.DestroyAsync("shop", "customer/1");
        Assert.Null(await Keys.CreateAsync("shop", "customer/1", Unique(60)));
        Assert.Null(await Keys.ReadAsync("shop", "customer/1"));
    }

    [Fact]
    public async Task Destroy_NameWithoutKey_BarsItToo()
    {
        await Keys.DestroyAsync("shop", "customer/9");
        Assert.Null(await Keys.CreateAsync("shop", "customer/9", Unique(60)));
        Assert.NotNull(await Keys.CreateAsync("shop", "customer/8", Unique(60)));
    }

    [Fact]
    public async Task Destroy_SomeAmongMany_NoFileHoldsThemAndTheOthersAreWhole()
    {
        var random = new Random(99);
        var keys = Enumerable.Range(0, 2_000).Select(i => (Owner: $"customer/{random.Next():x8}-{i}", Key: Unique(random.Next(40, 300)))).ToArray();
        await Task.WhenAll(keys.Select(k => Keys.CreateAsync("shop", k.Owner, k.Key)));
        if (Store.CountHeld(keys.Select(k => k.Key)) is not { } held) return;
        Assert.Equal(keys.Length, held);

        var (destroyed, kept) = (keys.Where((_, i) => i % 3 == 0).ToArray(), keys.Where((_, i) => i % 3 != 0).ToArray());
        await Task.WhenAll(destroyed.Select(k => Keys.DestroyAsync("shop", k.Owner)));
        Assert.Equal(0, Store.CountHeld(destroyed.Select(k => k.Key)));
        Assert.Equal(0, Store.CountHeld(destroyed.Select(k => k.Key[..20])));
        Assert.Equal(kept.Length, Store.CountHeld(kept.Select(k => k.Key)));
        foreach (var (owner, key) in kept) Assert.Equal(key, await Keys.ReadAsync("shop", owner));
    }

    [Fact]
    public async Task Create_TooLongOrUnnamed_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Keys.CreateAsync("shop", "", new byte[StorageLimits.WrappedKeyBytesMax + 1]));
        await Assert.ThrowsAsync<ArgumentException>(() => Keys.CreateAsync("", "", Encoding.UTF8.GetBytes("key")));
        Assert.Null(await Keys.ReadAsync("shop", ""));
    }
}
