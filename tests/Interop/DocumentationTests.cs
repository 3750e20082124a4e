using System.Text.RegularExpressions;

namespace Engine.Interop.Tests;

/// <summary>docs/integrating.md says that its examples work: they are taken out of the page and run.</summary>
public sealed partial class DocumentationTests : IAsyncLifetime
{
    private static readonly TimeSpan ExampleMax = TimeSpan.FromMinutes(20);

    // Between actors; no client sees them.
    private static readonly string[] InternalReasons =
    [
        "NOT_REPLAYED", "NOT_DUE", "NOT_ERASING", "NO_NEWS", "IDENTITY_KNOWN", "CONVERSATION_OPENED", "AGENT_ABSENT", "NOT_THEIRS", "ROLLOUT_OUTDATED",
    ];

    private readonly TemporaryDirectory _directory = new();
    private EngineProcess _engine = null!;

    private static string Page { get; } = File.ReadAllText(Repository.File("docs", "integrating.md"));

    public async Task InitializeAsync() => _engine = await EngineProcess.StartAsync(_directory.File("data"));

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Shell_examples_of_calls_work()
    {
        var script = string.Join('\n', Examples("sh").Where(example => example.Contains("engine call", StringComparison.Ordinal)));
        var result = await RunAsync("sh", ["-euc", $"engine() {{ dotnet '{EngineProcess.Assembly}' \"$@\"; }}\n{script}"]);

        Assert.Contains("Onde está o meu pedido?", result.Output, StringComparison.Ordinal);
        Assert.Contains("Sai hoje, Ana!", result.Output, StringComparison.Ordinal);
        // Every chapter's last answer: a queue's state, a rehearsal, a policy, sentences, a call.
        Assert.Contains("\"name\": \"queues/returns\", \"", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"hours\": [", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"name\": \"slaPolicies/returns\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("Wir sind ab {opening} wieder da.", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"phoneNumber\": \"+351210000000\"", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JavaScript_example_works()
    {
        await Toolchains.RequireNodeAsync();
        var script = _directory.File("example.js");
        await File.WriteAllTextAsync(script, Assert.Single(Examples("js")));

        var result = await RunAsync("node", [script]);

        Assert.Contains("AUTHOR_TYPE_CUSTOMER Do you ship to Lisbon?", result.Output, StringComparison.Ordinal);
        Assert.Contains("AUTHOR_TYPE_BOT We do: two days.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_example_works()
    {
        await Toolchains.GeneratePythonAsync(_directory.FullPath);
        var generate = Assert.Single(Examples("sh"), example => example.Contains("protoc", StringComparison.Ordinal));
        // In a copy of the contract, so that nothing is generated into the repository.
        Directory.CreateSymbolicLink(_directory.File("protos"), Repository.File("protos"));
        await RunAsync("sh", ["-euc", generate], _directory.FullPath);
        var script = _directory.File("example.py");
        await File.WriteAllTextAsync(script, Assert.Single(Examples("python")));

        var result = await RunAsync(Toolchains.Python, [script], _directory.FullPath);

        Assert.Equal(["1 Is my parcel on its way?", "2 It left this morning."], result.Output.Trim().Split('\n'));
    }

    [Fact]
    public void Table_of_reasons_has_every_reason()
    {
        var sources = new[] { "Api", "Grains" }
            .SelectMany(project => Directory.EnumerateFiles(Repository.File("src", project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText);
        var reasons = sources.SelectMany(source => GivenReason().Matches(source)).Select(match => match.Groups["reason"].Value)
            .Distinct().Except(InternalReasons).Except(["INVALID_ARGUMENT"]).Order(StringComparer.Ordinal).ToList();

        Assert.True(reasons.Count > 30, "the reasons are not found in the sources any more");
        Assert.DoesNotContain(reasons, reason => !Page.Contains($"`{reason}`", StringComparison.Ordinal));
    }

    private static List<string> Examples(string language) =>
        [.. Fence().Matches(Page).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["code"].Value)];

    private async Task<CommandResult> RunAsync(string program, string[] arguments, string? directory = null)
    {
        var result = await Command.RunAsync(program, arguments, ExampleMax, new Dictionary<string, string?>
        {
            ["ENGINE_TARGET"] = _engine.Address.Authority,
            ["ENGINE_KEY"] = _engine.AdminKey,
            ["NODE_PATH"] = Toolchains.NodeModules,
        }, directory ?? Repository.Root);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    // const string X = "REASON" in Reasons, and Of(RejectionKind.X, "REASON" and Unavailable("REASON" in grains.
    [GeneratedRegex("(?:const string \\w+ = |RejectionKind\\.\\w+,\\s*|Unavailable\\()\"(?<reason>[A-Z]{2,}(?:_[A-Z]+)*)\"")]
    private static partial Regex GivenReason();
}
