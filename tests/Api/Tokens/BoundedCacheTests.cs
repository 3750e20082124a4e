using Engine.Api.Caching;

namespace Engine.Api.Tests.Tokens;

public sealed class BoundedCacheTests
{
    [Fact]
    public void It_never_holds_more_than_it_may()
    {
        var cache = new BoundedCache<int, int>(100);
        for (var i = 0; i < 10_000; i++)
        {
            cache.Set(i, i);
            Assert.InRange(cache.Count, 0, 100);
        }
    }

    [Fact]
    public void What_is_asked_for_again_and_again_stays()
    {
        var cache = new BoundedCache<int, int>(100);
        cache.Set(-1, 42);
        for (var i = 0; i < 10_000; i++)
        {
            cache.Set(i, i);
            Assert.True(cache.TryGet(-1, out var value));
            Assert.Equal(42, value);
        }
    }

    [Fact]
    public void What_is_removed_is_gone_from_both_generations()
    {
        var cache = new BoundedCache<int, string>(4);
        cache.Set(1, "old");
        cache.Set(2, "x");
        cache.Set(3, "y");
        cache.RemoveWhere(v => v == "old");
        Assert.False(cache.TryGet(1, out _));
        Assert.True(cache.TryGet(3, out _));
    }
}
