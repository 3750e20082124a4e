using Engine.LoadTests.Bench;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Echo;
using Engine.LoadTests.Growth;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Replay;
using Grpc.Core;

namespace Engine.LoadTests.Tests.CommandLine;

public sealed class CommandLineAppTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    public async Task Run_help_lists_the_commands(string word)
    {
        Assert.Equal(ExitCode.Success, await RunAsync(Real, word));
        Assert.Contains("replay", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("bench growth", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("echo-server", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("replay", "--restart")]
    [InlineData("bench", "--seconds")]
    [InlineData("bench growth", "--store-messages")]
    public async Task Run_help_of_a_command_lists_its_options(string command, string option)
    {
        Assert.Equal(ExitCode.Success, await RunAsync(Real, [.. command.Split(' '), "--help"]));
        Assert.Contains($"Usage: load-tests {command} ", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains(option, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_nothing_or_nonsense_is_a_usage_error()
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(Real));
        Assert.Equal(ExitCode.Usage, await RunAsync(Real, "dance"));
        Assert.Equal(ExitCode.Usage, await RunAsync(Real, "bench", "shrink"));
        Assert.Equal(ExitCode.Usage, await RunAsync(Real, "replay", "--input", "/no/such/file.jsonl"));
        Assert.Contains("replay --help", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_failure_of_the_engine_is_told_from_a_failed_check()
    {
        Assert.Equal(ExitCode.Failed, await RunAsync([Throwing(new EngineFailedException("no engine"))], "x"));
        Assert.Contains("no engine", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            ExitCode.Failed, await RunAsync([Throwing(new RpcException(new Status(StatusCode.Unauthenticated, "no key")))], "x"));
        Assert.Contains("Unauthenticated", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_interrupted_says_so()
    {
        using var interrupted = new CancellationTokenSource();
        await interrupted.CancelAsync();
        var app = new CommandLineApp([Throwing(new OperationCanceledException(interrupted.Token))], _output, _error);
        Assert.Equal(ExitCode.Interrupted, await app.RunAsync(["x"], interrupted.Token));
    }

    private static Command[] Real =>
        [ReplayCommand.Describe(), BenchCommand.Describe(), GrowthCommand.Describe(), EchoServerCommand.Describe()];

    private static Command Throwing(Exception e) => new("x", "", "", [], (_, _) => throw e);

    private Task<int> RunAsync(Command[] commands, params string[] words) =>
        new CommandLineApp(commands, _output, _error).RunAsync(words, CancellationToken.None);
}
