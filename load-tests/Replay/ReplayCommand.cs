using Engine.LoadTests.Calls;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Replay;

/// <summary><c>load-tests replay</c>.</summary>
internal static class ReplayCommand
{
    private const string Help = """
        Plays dialogues through gRPC as customers, agents and bots, many at a time, then reads every conversation back and
        compares it turn by turn: author, text, rich content and order. Every request carries a request id and is repeated
        with it while its outcome is unknown.

        Inputs: dialogues of our own (*.jsonl, or a folder of them; data/README.md), the ABCD data set (*.json) and the
        Bitext question and answer CSV (*.csv).

        Without --target it builds and starts an engine of its own on a temporary folder and a free port. A target's key
        must be an ADMIN key: the run creates agents and keys, and revokes the keys at the end.
        """;

    public static Command Describe() => new(
        "replay",
        "Plays dialogues and checks that nothing is lost, doubled or altered.",
        Help,
        [
            new("--input", "PATH", "Dialogues to play. Required."),
            new("--target", "HOST:PORT", "A running engine; a URL is taken too. Needs --key."),
            new("--key", "KEY", "An ADMIN key of the target. Or in the environment variable ENGINE_KEY."),
            new("--json", "FILE", "Write the results there."),
            new("--concurrency", "N", "Dialogues in flight, 1 to 4096. Default 64."),
            new("--agents", "N", "Agents who answer, 1 to 1000. Default 8."),
            new("--limit", "N", "Play the first N dialogues only."),
            new("--watch", "N", "Conversations also read back by WatchConversation. Default 200."),
            new("--restart", null, "Kill the own engine after playing, start it again, read back once more."),
            new("--engine", "FILE", "The engine.dll to start instead of building src/Silo."),
            new("--data-parent", "DIR", "Make the own engine's folder there instead of with the temporary files."),
            new("--keep", null, "Keep the own engine's folder."),
        ],
        RunAsync);

    internal static ReplayOptions Parse(Arguments arguments)
    {
        foreach (var own in new[] { "--restart", "--engine", "--data-parent", "--keep" })
            arguments.RefuseTogether("--target", own);
        var target = arguments.Text("--target") is { } text ? ParseTarget(text) : null;
        var key = arguments.Text("--key") ?? Environment.GetEnvironmentVariable("ENGINE_KEY");
        if (target is null && arguments.Has("--key")) throw new UsageException("Option '--key' needs '--target'.");
        if (target is not null && string.IsNullOrWhiteSpace(key))
            throw new UsageException("Option '--target' needs '--key' or the environment variable ENGINE_KEY.");
        return new ReplayOptions
        {
            Input = arguments.RequiredText("--input"),
            Target = target,
            Key = key?.Trim(),
            JsonPath = arguments.Text("--json"),
            Concurrency = arguments.Number("--concurrency", 64, 1, 4096),
            Agents = arguments.Number("--agents", 8, 1, 1000),
            DialoguesMax = arguments.Number("--limit", int.MaxValue, 1, int.MaxValue),
            Watched = arguments.Number("--watch", 200, 0, int.MaxValue),
            Restart = arguments.Has("--restart"),
            EngineAssembly = arguments.Text("--engine"),
            DataParent = arguments.Text("--data-parent"),
            KeepsFiles = arguments.Has("--keep"),
        };
    }

    internal static Uri ParseTarget(string text)
    {
        var url = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            || uri.Host.Length == 0 || uri.PathAndQuery != "/")
            throw new UsageException($"Option '--target' must be HOST:PORT or an http(s) URL, not '{text}'.");
        return uri;
    }

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        var report = await new ReplayRun(
            options, address => new EngineApi(address), Console.Out, Console.Error, TimeProvider.System)
            .RunAsync(cancellationToken);
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        Print(report);
        return report.Passed ? ExitCode.Success : ExitCode.CheckFailed;
    }

    private static void Print(ReplayReport report)
    {
        Console.Out.WriteLine();
        foreach (var (name, value) in new (string, string)[]
        {
            ("conversations", $"{report.Conversations}"),
            ("messages_sent", $"{report.MessagesSent}"),
            ("messages_read_back", $"{report.MessagesReadBack}"),
            ("mismatches", $"{report.Mismatches}"),
            ("lost", $"{report.Lost}"),
            ("duplicated", $"{report.Duplicated}"),
            ("failed", $"{report.Failed}"),
            ("retries", $"{report.Retries}"),
            ("duration_s", Reports.Number(report.DurationS, "F2")),
            ("p50_ms", Reports.Number(report.P50Ms, "F2")),
            ("p99_ms", Reports.Number(report.P99Ms, "F2")),
        }) Console.Out.WriteLine($"{name,-20}{value,12}");
        foreach (var pass in report.ReadBack)
        {
            Console.Out.WriteLine(
                $"{pass.When}: {pass.MessagesReadBack} messages read back, {pass.ConversationsWatched} conversations watched, "
                + $"mismatches {pass.Mismatches}, lost {pass.Lost}, duplicated {pass.Duplicated}");
            foreach (var example in pass.Examples) Console.Out.WriteLine($"  {example}");
        }

        foreach (var error in report.Errors) Console.Error.WriteLine(error);
    }
}
