using Engine.Silo.Tests.Processes;
using Engine.V1;

namespace Engine.Silo.Tests.Cluster;

public sealed class ClusterClockTests
{
    private const int Speed = 600;
    private const int Conversations = 24;

    /// <summary>Real time lies between the starts: clocks that began with their processes would be apart by as much.</summary>
    [Fact]
    public async Task Scaled_clock_is_the_same_on_two_silos_and_goes_on_after_both_have_stopped()
    {
        await using var cluster = await EngineCluster.OpenAsync();
        string[] arguments = ["--clock-speed", $"{Speed}"];
        var first = await cluster.StartAsync("all", arguments);
        using var api = cluster.ApiOf(first);
        var alone = await StartAsync(api, "alone");
        var starting = TimeProvider.System.GetTimestamp();
        var second = await cluster.StartAsync("all", arguments);
        // How far a clock is off from the database's is half a round trip at most, far less than a start takes on any machine.
        var differenceMax = TimeProvider.System.GetElapsedTime(starting) * Speed / 2;
        using var other = cluster.ApiOf(second);

        // Each conversation lives on one of the two, and its time is that silo's.
        var began = TimeProvider.System.GetTimestamp();
        var times = new List<DateTimeOffset> { alone };
        for (var number = 0; number < Conversations; number++)
            times.Add(await StartAsync(number % 2 == 0 ? api : other, $"{number}"));
        var elapsed = TimeProvider.System.GetElapsedTime(began);

        var status = await EngineProcess.RunAsync(["status", .. cluster.ClientOf(first)]);
        Assert.True(status.ExitCode == 0, status.ToString());
        Assert.All(times.Zip(times.Skip(1)), pair =>
            Assert.True(pair.Second >= pair.First - differenceMax, $"{pair.Second:O} after {pair.First:O}"));
        // And both run at the speed that was asked for.
        Assert.InRange(times[^1] - times[1], -differenceMax, elapsed * Speed + differenceMax);

        Assert.Equal(0, await first.StopAsync());
        Assert.Equal(0, await second.StopAsync());
        var third = await cluster.StartAsync("all", arguments);
        using var later = cluster.ApiOf(third);
        Assert.True(await StartAsync(later, "later") > times[^1]);
    }

    private static async Task<DateTimeOffset> StartAsync(EngineApi api, string id)
    {
        var received = await Retry.RunAsync(() => api.Inbound.ReceiveMessageAsync(new ReceiveMessageRequest
        {
            Channel = "web", Address = id, ExternalId = id, Content = new Content { Text = id },
        }));
        return received.Message.CreateTime.ToDateTimeOffset();
    }
}
