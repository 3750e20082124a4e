using System.Globalization;
using Engine.LoadTests.Chaos.Faults;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Chaos;

/// <summary><c>load-tests chaos</c>.</summary>
internal static class ChaosCommand
{
    private const string Help = """
        Starts PostgreSQL, silos and gateways as processes of its own, lets customers and agents work at a fixed rate, breaks
        things at random meanwhile, and checks in the end everything that anybody was told: every acknowledged message exactly
        once, in the order of the acknowledgements; reads never behind what was acknowledged; subscribers without gap; every
        deadline once, with its computed instant, never early; no two silos writing one stream at the same time.

        Faults: kill (SIGKILL of a silo or gateway), pause (SIGSTOP for longer than the lease), partition (a silo cut off from
        the database, from the others, or from everything; needs root for network namespaces), database (PostgreSQL crashes and
        is away), rolling (silos stopped and started one after the other), scale (silos added and removed), all, none.
        A process that ends is started again after a second. Exit code 1: something was lost, doubled, out of order, stale,
        early or late for good, or a silo left although nothing had happened to it.
        """;

    /// <summary>Options of all commands that start a cluster.</summary>
    public static IReadOnlyList<OptionSpec> ClusterOptions { get; } =
    [
        new("--json", "FILE", "Write the results there."),
        new("--engine", "FILE", "The engine.dll to start instead of building src/Silo."),
        new("--data-parent", "DIR", "Make the run's folder there. Default: temporary files."),
        new("--keep-logs", null, "Keep the folder with the processes' logs."),
    ];

    public static Command Describe() => new(
        "chaos",
        "Breaks a cluster at random while it works, and checks that nothing was lost.",
        Help,
        [
            new("--silos", "N", "Silos, 1 to 16. Default 3."),
            new("--gateways", "N", "Gateways, 0 to 8. 0: the silos serve the API themselves. Default 2."),
            new("--faults", "LIST", "Which, separated by commas; see above. Default kill."),
            new("--kills", "N", "End after N kills, 1 to 10000."),
            new("--minutes", "N", "End after N minutes, 1 to 1440. Default 5, unless --kills is given."),
            new("--change-every", "S", "Seconds from one fault to the next, a quarter more or less, 1 to 600. Default 12."),
            new("--downtime", "S", "How long PostgreSQL is away at most, 1 to 300. Default 15."),
            new("--rate", "N", "Messages and notes a second, 1 to 100000. Default 200."),
            new("--conversations", "N", "Conversations that they go to, 20 to 100000. Default 1000."),
            new("--seed", "N", "Draws the same calls and faults again. Default: another one every time."),
            new("--burn", null, "Keep every core busy with something else meanwhile."),
            new("--sqlite", null, "One engine on its embedded store instead of a cluster; kill is the only fault then."),
            .. ClusterOptions,
        ],
        RunAsync);

    internal static ChaosOptions Parse(Arguments arguments)
    {
        arguments.RefuseTogether("--kills", "--minutes");
        var usesSqlite = arguments.Has("--sqlite");
        var options = new ChaosOptions
        {
            UsesSqlite = usesSqlite,
            Silos = arguments.Number("--silos", usesSqlite ? 1 : 3, 1, 16),
            Gateways = arguments.Number("--gateways", usesSqlite ? 0 : 2, 0, 8),
            Faults = ParseFaults(arguments.Text("--faults") ?? "kill"),
            Kills = arguments.Has("--kills") ? arguments.Number("--kills", 0, 1, 10_000) : null,
            Time = TimeSpan.FromMinutes(arguments.Number("--minutes", 5, 1, 1_440)),
            ChangeEvery = TimeSpan.FromSeconds(arguments.Number("--change-every", 12, 1, 600)),
            DowntimeMax = TimeSpan.FromSeconds(arguments.Number("--downtime", 15, 1, 300)),
            MessagesPerSecond = arguments.Number("--rate", 200, 1, 100_000),
            Conversations = arguments.Number("--conversations", 1_000, 20, 100_000),
            Seed = arguments.Number("--seed", Random.Shared.Next(), 0, int.MaxValue),
            Burns = arguments.Has("--burn"),
            JsonPath = arguments.Text("--json"),
            EngineAssembly = arguments.Text("--engine"),
            DataParent = arguments.Text("--data-parent"),
            KeepsLogs = arguments.Has("--keep-logs"),
        };
        if (options.Kills is not null && !options.Faults.Contains(FaultKind.Kill))
            throw new UsageException("Option '--kills' needs kill among the faults.");
        if (usesSqlite && (options.Silos != 1 || options.Gateways != 0 || options.Faults.Any(f => f != FaultKind.Kill)))
            throw new UsageException("With '--sqlite' there is one silo, no gateway, and no other fault than kill.");
        return options;
    }

    internal static IReadOnlyList<FaultKind> ParseFaults(string text)
    {
        if (text == "all") return Enum.GetValues<FaultKind>();
        if (text == "none") return [];
        var kinds = new List<FaultKind>();
        foreach (var word in text.Split(','))
        {
            var kind = Enum.GetValues<FaultKind>().Cast<FaultKind?>().FirstOrDefault(k => Name(k!.Value) == word)
                ?? throw new UsageException($"Unknown fault '{word}'. There are {string.Join(", ", Enum.GetValues<FaultKind>().Select(Name))}, all and none.");
            if (kinds.Contains(kind)) throw new UsageException($"Fault '{word}' is given twice.");
            kinds.Add(kind);
        }

        return kinds;
    }

    private static string Name(FaultKind kind) => kind.ToString().ToLowerInvariant();

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
