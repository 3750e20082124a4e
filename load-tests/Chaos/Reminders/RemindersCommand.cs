using System.Globalization;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Chaos.Reminders;

/// <summary><c>load-tests chaos reminders</c>.</summary>
internal static class RemindersCommand
{
    private const string Help = """
        Sets many conversations aside, kills everything - silos, gateways, PostgreSQL - before the first deadline, starts it again
        when all have passed, and checks that all are recorded within 90 s of the start, once each, with the instants that had
        been computed.
        """;

    public static Command Describe() => new(
        "chaos reminders",
        "Lets deadlines pass while everything is down.",
        Help,
        [
            new("--count", "N", "Deadlines, 1 to 1000000. Default 10000."),
            new("--silos", "N", "Silos, 1 to 16. Default 3."),
            .. ChaosCommand.ClusterOptions,
        ],
        RunAsync);

    internal static RemindersOptions Parse(Arguments arguments) => new()
    {
        Count = arguments.Number("--count", 10_000, 1, 1_000_000),
        Silos = arguments.Number("--silos", 3, 1, 16),
        JsonPath = arguments.Text("--json"),
        EngineAssembly = arguments.Text("--engine"),
        DataParent = arguments.Text("--data-parent"),
        KeepsLogs = arguments.Has("--keep-logs"),
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        var report = await new RemindersRun(options, Console.Error, TimeProvider.System).RunAsync(cancellationToken);
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Reminders.Fired:N0} of {report.Count:N0} deadlines fired; the last {report.AllFiredAfterS:F1} s after the start, {report.ServingAfterS:F1} s of which until all processes served"));
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Reminders.Early} early, {report.Reminders.Doubled} doubled, {report.Reminders.Missed} missed, {report.Reminders.WrongInstant} with a wrong instant"));
        foreach (var example in report.Examples) Console.Out.WriteLine($"  {example}");
        Console.Out.WriteLine(report.Passed ? "Passed" : "FAILED");
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        return report.Passed ? ExitCode.Success : ExitCode.CheckFailed;
    }
}
