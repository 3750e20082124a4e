using System.Text.Json;
using System.Text.RegularExpressions;
using Engine.Silo.Tests.Processes;
using Engine.V1;

namespace Engine.Silo.Tests;

public sealed partial class CommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Help_names_every_command_and_setting()
    {
        var help = await EngineProcess.RunAsync(["--help"]);

        Assert.Equal(0, help.ExitCode);
        string[] expected = ["run", "demo", "status", "call", "--listen", "ENGINE_LISTEN", "--data-dir", "ENGINE_MASTER_KEY", "--clock-speed"];
        Assert.All(expected, text => Assert.Contains(text, help.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_setting_stands_in_the_operators_page()
    {
        var help = await EngineProcess.RunAsync(["--help"]);
        var page = await File.ReadAllTextAsync(Repository.File("docs", "operating.md"));
        var settings = Setting().Matches(help.Output).Select(match => match.Groups["name"].Value).ToList();

        Assert.True(settings.Count > 20, help.Output);
        Assert.All(settings, name => Assert.Matches($@"`(--)?{name}\b", page));
    }

    [Fact]
    public async Task Version_is_that_of_the_build()
    {
        var version = await EngineProcess.RunAsync(["--version"]);

        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^engine \d+\.\d+\.\d+", version.Output);
    }

    [Fact]
    public async Task Unknown_command_is_refused()
    {
        var result = await EngineProcess.RunAsync(["demmo"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("demmo is not a command", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_status_and_json_work_against_a_running_engine()
    {
        await using var engine = await EngineProcess.StartAsync(_directory.File("data"));
        string[] client = ["--target", engine.Address.Authority, "--key-file", Path.Combine(engine.DataDirectory, "admin.key")];

        var received = await EngineProcess.RunAsync(
        [
            "call", "InboundService/ReceiveMessage",
            """{"channel": "web", "address": "visitor-1", "externalId": "1", "content": {"text": "Olá!"}}""", .. client,
        ]);
        Assert.True(received.ExitCode == 0, received.ToString());
        var conversation = JsonDocument.Parse(received.Output).RootElement.GetProperty("conversation").GetString()!;

        var resolved = await EngineProcess.RunAsync(
            ["call", "engine.v1.ConversationService/ResolveConversation", "-", .. client], input: $$"""{"name": "{{conversation}}"}""");
        Assert.True(resolved.ExitCode == 0, resolved.ToString());

        var refused = await EngineProcess.RunAsync(
            ["call", "ConversationService/ResolveConversation", $$"""{"name": "{{conversation}}"}""", .. client]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("FAILED_PRECONDITION INVALID_STATE", refused.Errors, StringComparison.Ordinal);

        using var api = EngineApi.Of(engine);
        await api.Agents.CreateAgentAsync(new CreateAgentRequest
        {
            RequestId = EngineApi.NewId(), AgentId = "maya", Agent = new Agent { DisplayName = "Maya [Collins]" },
        });
        using (var events = api.Events.WatchEvents(new WatchEventsRequest()))
        {
            Assert.True(await events.ResponseStream.MoveNext(default));
            await api.Events.AcknowledgeEventsAsync(new AcknowledgeEventsRequest { Consumer = "crm", Position = events.ResponseStream.Current.Position });
        }

        // Lists follow what was written a moment later.
        var status = await Eventually.GetAsync(async () =>
        {
            var now = await EngineProcess.RunAsync(["status", .. client]);
            return now.ExitCode == 0 && Resolved().IsMatch(now.Output) && now.Output.Contains("Maya [Collins]", StringComparison.Ordinal)
                ? now
                : null;
        });
        Assert.Matches(@"health\s+serving", status.Output);
        Assert.Matches(@"open\D+0", status.Output);
        Assert.Matches(@"crm\D+[1-9]", status.Output);
        Assert.DoesNotContain('\u001b', status.Output);
    }

    [Fact]
    public async Task Status_of_an_engine_that_is_not_there_fails_in_words()
    {
        var result = await EngineProcess.RunAsync(["status", "--target", "127.0.0.1:1", "--key", "x"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("UNAVAILABLE", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"resolved\D+1")]
    private static partial Regex Resolved();

    [GeneratedRegex(@"^  --(?<name>[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
