using Engine.Runtime.Orleans.Tests.Support;
using Orleans.TestingHost;

namespace Engine.Runtime.Orleans.Tests;

public interface ISmokeGrain : IGrainWithStringKey
{
    Task<string> Echo(string text);
}

public sealed class SmokeGrain : Grain, ISmokeGrain
{
    public async Task<string> Echo(string text)
    {
        await Task.Yield();
        return this.GetPrimaryKeyString() + text;
    }
}

public sealed class Smoke
{
    [Fact]
    public async Task Silo_call()
    {
        await using var silo = await TestSilo.Start();
        Assert.Equal("ab", await silo.Grains.GetGrain<ISmokeGrain>("a").Echo("b").Within());
    }

    [Fact]
    public async Task Cluster_call()
    {
        await using var cluster = new InProcessTestClusterBuilder(1).Build();
        await cluster.DeployAsync();
        Assert.Equal("ab", await cluster.Client.GetGrain<ISmokeGrain>("a").Echo("b").Within());
    }
}
