using Engine.Runtime.Orleans.Tests.Support;
using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Calls;

public sealed class RequestContextTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private IContextGrain Grain => fixture.Grains.GetGrain<IContextGrain>(_key);

    [Behaviour(Docs.RequestContext)]
    public async Task A_value_flows_to_the_grain()
    {
        RequestContext.Set("who", "me");
        Assert.Equal("me", await Grain.Get("who").Within());
    }

    [Behaviour(Docs.RequestContext)]
    public async Task A_value_flows_from_grain_to_grain()
    {
        RequestContext.Set("who", "me");
        Assert.Equal("me", await Grain.GetVia(_key + "/other", "who").Within());
    }

    [Behaviour(Docs.RequestContext)]
    public async Task A_value_does_not_flow_back()
    {
        await Grain.Set("who", "grain").Within();
        Assert.Null(RequestContext.Get("who"));
    }

    [Behaviour(Docs.RequestContext)]
    public async Task What_one_call_set_the_next_does_not_see()
    {
        await Grain.Set("who", "first").Within();
        Assert.Null(await Grain.Get("who").Within());
    }

    [Behaviour(Docs.RequestContext)]
    public async Task A_removed_value_does_not_flow()
    {
        RequestContext.Set("who", "me");
        RequestContext.Set("what", "it");
        Assert.True(RequestContext.Remove("who"));
        Assert.Null(await Grain.Get("who").Within());
        Assert.Equal("it", await Grain.Get("what").Within());
        RequestContext.Clear();
        Assert.Null(await Grain.Get("what").Within());
    }

    [Behaviour(Docs.RequestContext)]
    public async Task The_first_calls_values_flow_to_activation()
    {
        RequestContext.Set("who", "first");
        Assert.Equal("first", await Grain.SeenOnActivation().Within());
    }
}
