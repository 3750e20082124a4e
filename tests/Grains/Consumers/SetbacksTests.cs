using Engine.Grains.Consumers;
using Engine.Grains.Tests.Support;

namespace Engine.Grains.Tests.Consumers;

public sealed class SetbacksTests
{
    private readonly StandingTime _time = new();

    [Fact]
    public void Pauses_grow_to_two_seconds_and_begin_anew_after_a_calm()
    {
        var setbacks = new Setbacks(_time);
        var pauses = Enumerable.Range(0, 8).Select(_ => setbacks.Add().TotalMilliseconds).ToArray();
        Assert.Equal([50, 100, 200, 400, 800, 1_600, 2_000, 2_000], pauses);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(2_000, setbacks.Add().TotalMilliseconds);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(50, setbacks.Add().TotalMilliseconds);
    }

    [Fact]
    public void The_first_is_told_and_then_one_in_ten_seconds_with_their_number()
    {
        var setbacks = new Setbacks(_time);
        Assert.True(setbacks.TryTell(out var failures));
        Assert.Equal(1, failures);
        for (var i = 0; i < 5; i++) Assert.False(setbacks.TryTell(out _));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(setbacks.TryTell(out failures));
        Assert.Equal(6, failures);
        Assert.False(setbacks.TryTell(out _));
    }
}
