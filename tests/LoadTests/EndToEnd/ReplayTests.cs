using System.Text.Json;
using Engine.LoadTests.Calls;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Replay;

namespace Engine.LoadTests.Tests.EndToEnd;

/// <summary>The program against an engine that really runs.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task Replay_of_all_sample_dialogues_is_complete_and_still_after_a_kill()
    {
        var report = await RunAsync(RepositoryFiles.Data);
        Assert.Equal(31, report.Conversations);
        Assert.Equal(187, report.MessagesSent);
        Assert.Equal(["before_restart", "after_restart"], report.ReadBack.Select(p => p.When));
        Assert.All(report.ReadBack, pass =>
        {
            Assert.Equal(187, pass.MessagesReadBack);
            Assert.Equal(31, pass.ConversationsWatched);
        });
        Assert.NotNull(report.P50Ms);
    }

    [Fact]
    public async Task Replay_of_dialogues_that_the_shop_begins_is_complete()
    {
        var folder = Directory.CreateTempSubdirectory("load-tests-").FullName;
        try
        {
            var input = Path.Combine(folder, "abcd.json");
            await File.WriteAllTextAsync(input, JsonSerializer.Serialize(new object[]
            {
                new { original = new[] { new[] { "agent", "Hi!" }, ["agent", "How can I help?"], ["customer", "Hi"], ["action", "x"] } },
                new { original = new[] { new[] { "action", "Called back." }, ["customer", "thanks"] } },
            }));
            var report = await RunAsync(input);
            Assert.Equal((2, 6, 6), (report.Conversations, report.MessagesSent, report.MessagesReadBack));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Replay_without_an_engine_or_with_a_wrong_key_could_not_run()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(20));
        using var error = new StringWriter();
        var app = new CommandLineApp([ReplayCommand.Describe()], TextWriter.Null, error);
        // Port 1 of this machine: nobody listens there.
        string[] words = ["replay", "--input", RepositoryFiles.Data, "--target", "127.0.0.1:1", "--key", "k"];
        Assert.Equal(ExitCode.Failed, await app.RunAsync(words, deadline.Token));
        Assert.Contains("Unavailable", error.ToString(), StringComparison.Ordinal);

        await using var engine = await OwnEngine.StartAsync(
            RepositoryFiles.EngineAssembly, parent: null, keepsFiles: false, TimeProvider.System, deadline.Token);
        words[4] = engine.Address.Authority;
        Assert.Equal(ExitCode.Failed, await app.RunAsync(words, deadline.Token));
        Assert.Contains("Unauthenticated", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<ReplayReport> RunAsync(string input)
    {
        var options = ReplayCommand.Parse(Arguments.Parse(
            ["--input", input, "--engine", RepositoryFiles.EngineAssembly, "--restart", "--concurrency", "16", "--agents", "3"],
            ReplayCommand.Describe().Options));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(20));
        var report = await new ReplayRun(
            options, address => new EngineApi(address), TextWriter.Null, TextWriter.Null, TimeProvider.System)
            .RunAsync(deadline.Token);
        Assert.True(report.Passed, string.Join('\n', report.Errors.Concat(report.ReadBack.SelectMany(p => p.Examples))));
        return report;
    }
}
