using System.Globalization;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Runtime.Soak;

/// <summary><c>load-tests soak</c>.</summary>
internal static class SoakCommand
{
    private const string Help = """
        Calls a host of grains and gRPC services in a child process for a long time: unary calls, streams each way, grains
        that come and go, exceptions of grains and services, cancellations, deadlines. Every call checks that it ends as it
        must. Afterwards every grain must answer, and no handler and no idle activation may be left.

        Fails (exit code 1) when a call was lost, a grain is stuck, something is left, or memory or handles of either process
        grow: the first third is warm-up, and the median of the last third may exceed that of the second by 10 % and 16 MB of
        memory, by 5 % and 8 handles. On a busy machine take a quarter of an hour: short runs are warm-up to the end.
        """;

    public static Command Describe() => new(
        "soak",
        "Runs a mixed load against the runtime for a long time and looks for what is lost or left.",
        Help,
        [
            new("--minutes", "N", "How long, 1 to 1440. Default 15."),
            new("--json", "FILE", "Write the results there, with memory and handles of every second."),
            new("--workers", "N", "Calls in flight, 1 to 1024. Default 64."),
            new("--seed", "N", "Draws the same calls again. Default: another one every time."),
        ],
        RunAsync);

    internal static SoakOptions Parse(Arguments arguments) => new()
    {
        JsonPath = arguments.Text("--json"),
        Time = TimeSpan.FromMinutes(arguments.Number("--minutes", 15, 1, 1_440)),
        Workers = arguments.Number("--workers", 64, 1, 1_024),
        Seed = arguments.Number("--seed", Random.Shared.Next(), 0, int.MaxValue),
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        await Console.Error.WriteLineAsync($"Seed {options.Seed}; {options.Time.TotalMinutes:0} minutes.");
        var report = await new SoakRun(options, Console.Error, TimeProvider.System).RunAsync(cancellationToken);
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        Print(report);
        return report.Passed ? ExitCode.Success : ExitCode.CheckFailed;
    }

    private static void Print(SoakReport report)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{"",-18}{"calls",14}{"lost",8}");
        foreach (var kind in report.Cases)
            Console.Out.WriteLine($"{kind.Name,-18}{Reports.Number(kind.Calls, "N0"),14}{Reports.Number(kind.Lost, "N0"),8}");
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Calls:N0} calls in {report.DurationS:N0} s, {report.CallsPerSecond:N0} a second, {report.Lost:N0} lost; seed {report.Seed}"));
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"activations: {report.ActivationsEver:N0} in all, {report.ActivationsPeak:N0} at most, {report.ActivationsBeforeCollection:N0} idle at the end, {report.ActivationsAfterCollection:N0} after collection; {report.GrainsAnswering:N0} grains answered, {report.GrainsStuck:N0} did not; {report.HandlersLeft:N0} handlers left"));
        foreach (var trend in report.Trends)
        {
            var (unit, by) = trend.Name.EndsWith("memory", StringComparison.Ordinal) ? (" MB", 1 << 20) : ("", 1);
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{trend.Name,-18}{trend.SecondThird / by,10:N1}{unit} in the second third,{trend.LastThird / by,10:N1}{unit} in the last, at most {trend.LastThirdMax / by:N1}{unit}{(trend.Grows ? ": GROWS" : "")}"));
        }

        foreach (var failure in report.Failures) Console.Out.WriteLine($"FAILED: {failure}");
        Console.Out.WriteLine(report.Passed ? "Passed." : "Failed.");
    }
}
