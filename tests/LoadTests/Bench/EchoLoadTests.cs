using Engine.LoadTests.Bench;
using Engine.LoadTests.Echo;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Tests.Bench;

public sealed class EchoLoadTests
{
    [Fact]
    public async Task Both_echoes_answer_from_the_child_process()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        await using var server = await ServerProcess.StartAsync(
            "The echo", typeof(EchoLoad).Assembly.Location, [EchoServerCommand.Name], TimeSpan.FromMinutes(5),
            TimeProvider.System, deadline.Token);
        using var echo = new EchoLoad(server.Address, TimeProvider.System);
        // More calls in flight than Kestrel allows on one connection.
        var limits = new LoadLimits(TimeSpan.FromMinutes(5), 2_000);
        Assert.Equal(2_000, (await echo.RunHttp2Async(256, limits, deadline.Token)).Operations);
        Assert.Equal(2_000, (await echo.RunGrpcAsync(256, limits, deadline.Token)).Operations);
        server.ThrowIfEnded();
        await server.KillAsync();
        Assert.Throws<EngineFailedException>(server.ThrowIfEnded);
    }

    [Fact]
    public async Task Server_that_does_not_listen_is_told_with_its_last_lines()
    {
        var e = await Assert.ThrowsAsync<EngineFailedException>(() => ServerProcess.StartAsync(
            "The thing", typeof(EchoLoad).Assembly.Location, ["dance"], TimeSpan.FromMinutes(5), TimeProvider.System,
            CancellationToken.None));
        Assert.Contains("exit code 2", e.Message, StringComparison.Ordinal);
        Assert.Contains("Unknown command 'dance'", e.Message, StringComparison.Ordinal);
    }
}
