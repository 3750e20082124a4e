using System.Globalization;
using Engine.LoadTests.Bench;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Deadlines;

/// <summary><c>load-tests deadlines</c>.</summary>
internal static class DeadlinesCommand
{
    private const string Help = """
        Writes many open conversations through the API, each with a promise, kills the engine, starts it again, and measures how
        long that takes and how much memory it needs. Then deadlines come due: so many a second, and so many at one instant (a
        calendar that opens). Each must be told once, with the instant that is worked out here from the customer's message, and not
        before it. Exit code 1: one was early, late by a second (99 of 100), wrong, doubled or missed, or those at one instant took
        more than 30 s.
        """;

    public static Command Describe() => new(
        "deadlines",
        "Measures how exactly many deadlines are kept, also after a restart.",
        Help,
        [
            new("--conversations", "N", "Open conversations in all, 100 to 1000000. Default 200000."),
            new("--due-per-second", "N", "Deadlines a second, 1 to 1000. Default 100."),
            new("--seconds", "N", "For so long, 5 to 90. Default 60."),
            new("--at-once", "N", "Deadlines at one instant. Default: a tenth of the conversations."),
            new("--postgres", null, "On a PostgreSQL started for this run, instead of the embedded store."),
            new("--fill-concurrency", "N", "Calls in flight while filling, 1 to 4096. Default 256."),
            .. BenchCommand.EngineOptions,
        ],
        RunAsync);

    internal static DeadlinesOptions Parse(Arguments arguments)
    {
        var conversations = arguments.Number("--conversations", 200_000, 100, 1_000_000);
        var options = new DeadlinesOptions
        {
            Conversations = conversations,
            DuePerSecond = arguments.Number("--due-per-second", 100, 1, 1_000),
            Seconds = arguments.Number("--seconds", 60, 5, 90),
            AtOnce = arguments.Number("--at-once", conversations / 10, 1, conversations),
            UsesPostgres = arguments.Has("--postgres"),
            FillConcurrency = arguments.Number("--fill-concurrency", 256, 1, 4096),
            JsonPath = arguments.Text("--json"),
            EngineAssembly = arguments.Text("--engine"),
            DataParent = arguments.Text("--data-parent"),
            KeepsFiles = arguments.Has("--keep"),
        };
        if (options.Far < 0) throw new UsageException("More deadlines than conversations: raise --conversations, or lower --seconds or --at-once.");
        return options;
    }

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        var report = await new DeadlinesRun(options, Console.Error, TimeProvider.System).RunAsync(cancellationToken);
        Print(report, Console.Out);
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        return report.Passed ? ExitCode.Success : ExitCode.CheckFailed;
    }

    internal static void Print(DeadlinesReport report, TextWriter output)
    {
        output.WriteLine();
        Line($"{report.Conversations:N0} open conversations on {report.Store}, written through the API in {report.FillS:N0} s ({report.FillPerSecond:N0} a second)");
        Line($"  killed and started: listened after {report.StartS:F1} s, answered after {report.FirstAnswerS:F1} s");
        Line($"  memory: {report.MemoryFilledMib:N0} MiB when filled, {report.MemoryStartedMib:N0} MiB when started, at most {report.MemoryMaxMib:N0} MiB since");
        Tell($"{report.DuePerSecond} a second", report.OneByOne);
        Tell("at one instant", report.Together);
        Line($"  the last of those at one instant was seen {Reports.Number(report.TogetherHandledS)} s after it; {report.Unexpected} unexpected notices");
        foreach (var example in report.Examples) Line($"  {example}");
        Line($"{(report.Passed ? "Passed" : report.IsRight ? "FAILED: too late" : $"FAILED: {report.Harms} harms")}; {report.Processors} processors, load average {report.LoadAverage}");

        void Tell(string name, DeadlineTally tally)
        {
            Line($"  {name}: {tally.Told:N0} of {tally.Due:N0} told; early {tally.Early}, wrong instant {tally.WrongInstant}, doubled {tally.Doubled}, missed {tally.Missed}");
            Line($"    committed late by p50 {Reports.Number(tally.LatenessP50Ms)} ms, p99 {Reports.Number(tally.LatenessP99Ms)} ms, max {Reports.Number(tally.LatenessMaxMs)} ms; seen p50 {Reports.Number(tally.SeenP50Ms)} ms, p99 {Reports.Number(tally.SeenP99Ms)} ms");
        }

        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
