using System.Globalization;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Chaos;

/// <summary><c>load-tests chaos clock</c>.</summary>
internal static class ClockCommand
{
    private const string Help = """
        Runs three silos under load, one of which believes that it is an hour later and one that it is an hour earlier (Debian's
        package faketime). Nothing else is wrong. No deadline may come early, seen with this program's clock, and no silo may be
        evicted.
        """;

    public static Command Describe() => new(
        "chaos clock",
        "Runs silos whose clocks are an hour off.",
        Help,
        [
            new("--minutes", "N", "1 to 1440. Default 2."),
            new("--rate", "N", "Messages and notes a second, 1 to 100000. Default 100."),
            new("--seed", "N", "Draws the same calls again. Default: another one every time."),
            .. ChaosCommand.ClusterOptions,
        ],
        RunAsync);

    internal static ChaosOptions Parse(Arguments arguments) => new()
    {
        HasWrongClocks = true,
        Faults = [],
        Time = TimeSpan.FromMinutes(arguments.Number("--minutes", 2, 1, 1_440)),
        MessagesPerSecond = arguments.Number("--rate", 100, 1, 100_000),
        Seed = arguments.Number("--seed", Random.Shared.Next(), 0, int.MaxValue),
        JsonPath = arguments.Text("--json"),
        EngineAssembly = arguments.Text("--engine"),
        DataParent = arguments.Text("--data-parent"),
        KeepsLogs = arguments.Has("--keep-logs"),
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Seed {options.Seed}."));
        var report = await new ChaosRun(options, Console.Error, TimeProvider.System).RunAsync(cancellationToken);
        ChaosPrinter.Print(report, Console.Out);
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        return report.Passed ? ExitCode.Success : ExitCode.CheckFailed;
    }
}
