using System.Globalization;
using Engine.LoadTests.Chaos;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Shift;

/// <summary><c>load-tests shift</c>.</summary>
internal static class ShiftCommand
{
    private const string Help = """
        Plays a day of a shop through the API of an engine whose clock runs fast: customers who write, wait and come back, agents
        who sign on, accept, answer, transfer, set aside and take breaks. An observer watches the events of the workspace and works
        out from them alone whether everybody was treated as agreed: nobody over capacity, no work left lying beside an agent
        with room, no deadline early or missed, no message lost or doubled; and how long customers waited, how busy the staff was,
        how fairly work was spread, and whether what customers were told came true.

        The only profile is black-friday: a rush in the morning, a dip at lunch, a rush in the evening. With --faults kill silos of
        a cluster are killed while it goes on. Exit code 1: something of the above does not hold.
        """;

    public static Command Describe() => new(
        "shift",
        "Plays a busy day of a shop and checks that everybody was treated as agreed.",
        Help,
        [
            new("--profile", "NAME", "black-friday, the only one and the default."),
            new("--clock-speed", "N", "Engine time for each second, 1 to 600. Default 60."),
            new("--agents", "N", "Agents, 10 to 1000. Default 40."),
            new("--customers", "N", "Customers, 1 to 1000000. Default 10 for each agent and hour."),
            new("--hours", "N", "Hours of engine time in which customers come, 1 to 24. Default 8."),
            new("--silos", "N", "Silos, 1 to 16. More than 1 need PostgreSQL, which is started. Default 1."),
            new("--postgres", null, "One silo on PostgreSQL instead of the embedded store."),
            new("--faults", "LIST", "none or kill; kill needs 2 silos at least. Default none."),
            new("--kills", "N", "So many kills at most, 1 to 10000. Default: as many as there is time for."),
            new("--change-every", "S", "Seconds from one kill to the next, a quarter more or less, 1 to 600. Default 20."),
            new("--pending-percent", "N", "What a conversation holds while the customer owes an answer, 0 to 100. Default 20."),
            new("--seed", "N", "Draws the same customers and agents again. Default: another one every time."),
            .. ChaosCommand.ClusterOptions,
        ],
        RunAsync);

    internal static ShiftOptions Parse(Arguments arguments)
    {
        const int CustomersPerAgentHour = 10;
        if (arguments.Text("--profile") is { } profile && profile != "black-friday")
            throw new UsageException($"Unknown profile '{profile}'. There is black-friday.");
        var faults = arguments.Text("--faults") ?? "none";
        if (faults is not ("none" or "kill")) throw new UsageException($"Option '--faults' must be none or kill, not '{faults}'.");
        var silos = arguments.Number("--silos", 1, 1, 16);
        // Time would stand earlier after the restart of the only engine than before it.
        if (faults == "kill" && silos < 2) throw new UsageException("Option '--faults kill' needs '--silos 2' at least.");
        if (faults != "kill" && arguments.Has("--kills")) throw new UsageException("Option '--kills' needs '--faults kill'.");
        var agents = arguments.Number("--agents", 40, 10, 1_000);
        var hours = arguments.Number("--hours", 8, 1, 24);
        return new ShiftOptions
        {
            ClockSpeed = arguments.Number("--clock-speed", 60, 1, 600),
            Agents = agents,
            Hours = TimeSpan.FromHours(hours),
            Customers = arguments.Number("--customers", agents * hours * CustomersPerAgentHour, 1, 1_000_000),
            Silos = silos,
            UsesPostgres = silos > 1 || arguments.Has("--postgres"),
            Kills = faults == "kill",
            KillsMax = arguments.Number("--kills", int.MaxValue, 1, 10_000),
            ChangeEvery = TimeSpan.FromSeconds(arguments.Number("--change-every", 20, 1, 600)),
            Seed = arguments.Number("--seed", Random.Shared.Next(), 0, int.MaxValue),
            PendingPercent = arguments.Has("--pending-percent") ? arguments.Number("--pending-percent", 20, 0, 100) : null,
            JsonPath = arguments.Text("--json"),
            EngineAssembly = arguments.Text("--engine"),
            DataParent = arguments.Text("--data-parent"),
            KeepsLogs = arguments.Has("--keep-logs"),
        };
    }

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Seed {options.Seed}."));
        var report = await new ShiftRun(options, Console.Error, TimeProvider.System).RunAsync(cancellationToken);
        ShiftPrinter.Print(report, Console.Out);
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        return report.Passed ? ExitCode.Success : ExitCode.CheckFailed;
    }
}
