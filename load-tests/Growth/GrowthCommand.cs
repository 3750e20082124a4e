using System.Globalization;
using Engine.LoadTests.Bench;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Growth;

/// <summary><c>load-tests bench growth</c>.</summary>
internal static class GrowthCommand
{
    private const string Help = """
        Appends to conversations of 10, 1,000 and 20,000 messages in a store of a million, and to conversations of 10
        messages in a store of ten thousand, in turns, and prints messages a second and their ratios. Both stores are
        filled through the API first, each in an engine of its own.
        """;

    public static Command Describe() => new(
        "bench growth",
        "Measures whether appending slows down as conversations and stores grow.",
        Help,
        [
            new("--store-messages", "N", "Messages in the large store, up to 10000000. Default 1000000."),
            new("--rounds", "N", "Measured rounds, 1 to 100. Default 12."),
            new("--fill-concurrency", "N", "Calls in flight while filling, 1 to 4096. Default 256."),
            .. BenchCommand.EngineOptions,
        ],
        RunAsync);

    internal static GrowthOptions Parse(Arguments arguments)
    {
        var options = new GrowthOptions
        {
            JsonPath = arguments.Text("--json"),
            Rounds = arguments.Number("--rounds", 12, 1, 100),
            FillConcurrency = arguments.Number("--fill-concurrency", 256, 1, 4096),
            EngineAssembly = arguments.Text("--engine"),
            DataParent = arguments.Text("--data-parent"),
            KeepsFiles = arguments.Has("--keep"),
        };
        // The small store must hold the conversations that are measured in it, and be filled up beyond them.
        var shortMessages = options.Lengths[0] * options.Width * (options.Rounds + 1);
        return options with
        {
            StoreMessages = arguments.Number("--store-messages", 1_000_000, options.MeasuredMessages, 10_000_000),
            SmallStoreMessages = Math.Max(options.SmallStoreMessages, shortMessages),
        };
    }

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        var report = await new GrowthRun(options, Console.Out, Console.Error, TimeProvider.System).RunAsync(cancellationToken);
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{"",-32}{"per second",12}{"p50 ms",10}{"p99 ms",10}");
        foreach (var rate in report.Rates)
        {
            Console.Out.WriteLine(
                $"{rate.Name,-32}{Reports.Number(rate.PerSecond),12}{Reports.Number(rate.P50Ms, "F2"),10}"
                + $"{Reports.Number(rate.P99Ms, "F2"),10}");
        }

        foreach (var (name, ratio) in report.Ratios)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32}{ratio,12:F3}"));
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"filled {report.StoreMessages:N0} messages in {report.FillS:F0} s ({report.FillPerSecond:N0} a second); {report.Processors} processors, {report.FileSystem}"));
        return ExitCode.Success;
    }
}
