using Engine.Runtime.Orleans.Tests.Support;

namespace Engine.Runtime.Orleans.Tests.Scheduling;

public sealed class PredicateTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Behaviour(Docs.Scheduling)]
    public async Task A_predicate_that_throws_fails_its_call_and_no_other()
    {
        var grain = fixture.Grains.GetGrain<IGateGrain>(_key, typeof(UndecidedGateGrain).FullName);
        var first = grain.Write("first waits");
        await Gates.UntilNoted(_key, "first waits begins");
        var second = grain.Write("second");

        var error = await Assert.ThrowsAsync<ArgumentException>(() => grain.Write("beyond judging").Within());
        Assert.Equal("This call is beyond judging.", error.Message);
        Assert.Equal("pong", await grain.Ping().Within());
        Assert.DoesNotContain("second begins", Gates.Notes(_key));

        Gates.Release($"{_key}/first waits");
        await Task.WhenAll(first, second).Within();
        await grain.Write("third").Within();
        Assert.DoesNotContain("beyond judging begins", Gates.Notes(_key));
        Assert.Equal(
            ["first waits begins", "first waits ends", "second begins", "second ends", "third begins", "third ends"], Gates.Notes(_key));
    }

    [Behaviour(Docs.Scheduling)]
    public async Task A_predicate_is_not_asked_where_nothing_runs()
    {
        var grain = fixture.Grains.GetGrain<IGateGrain>(_key, typeof(UndecidedGateGrain).FullName);
        await grain.Write("beyond judging").Within();
        Assert.Equal(["beyond judging begins", "beyond judging ends"], Gates.Notes(_key));
    }
}
