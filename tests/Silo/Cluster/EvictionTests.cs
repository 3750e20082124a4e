using Engine.Silo.Tests.Processes;

namespace Engine.Silo.Tests.Cluster;

public sealed class EvictionTests
{
    [Fact]
    public async Task Silo_that_was_evicted_ends_with_a_failure_and_says_why()
    {
        await using var cluster = await EngineCluster.OpenAsync();
        string[] arguments = ["--dead-after", "10"];
        var other = await cluster.StartAsync("silo", arguments);
        var frozen = await cluster.StartAsync("silo", arguments);

        await frozen.SignalAsync("STOP");
        await Eventually.HoldsAsync(() => other.Output.Contains("was evicted", StringComparison.Ordinal));
        await frozen.SignalAsync("CONT");

        Assert.NotEqual(0, await frozen.WaitForExitAsync());
        Assert.Contains("The process stops although nobody asked it to", frozen.Output, StringComparison.Ordinal);
        Assert.Equal(0, await other.StopAsync());
    }
}
