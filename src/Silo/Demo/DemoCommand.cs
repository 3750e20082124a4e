using System.Net;
using Engine.Silo.Client;
using Engine.Silo.CommandLine;
using Engine.Silo.Configuration;
using Engine.Silo.Hosting;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Engine.Silo.Demo;

/// <summary>
/// <c>engine demo</c>: an engine on a temporary store and a free port, and a shop's morning in five languages held through
/// its API, by real calls and read back at the end.
/// </summary>
/// <remarks>
/// The engine's clock begins at seven in the morning and runs fast, so that the times shown are those of a morning although
/// it is over in seconds. All dialogues are held at once, as in a shop; the seed makes the order of arrival the same each time.
/// </remarks>
internal static class DemoCommand
{
    private const int Seed = 20;
    private const double ClockSpeed = 900;
    private static readonly TimeSpan ArrivalsWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan CatchUpMax = TimeSpan.FromMinutes(2);

    /// <summary>Long enough that nobody comes back before all is read back, however slow the machine.</summary>
    private static readonly TimeSpan SetAsideFor = TimeSpan.FromDays(30);

    public static async Task<int> RunAsync(ArgumentList arguments, CancellationToken cancellationToken)
    {
        if (arguments.Options.Count > 0 || arguments.Words.Count > 0 || arguments.Faults.Count > 0)
        {
            await Console.Error.WriteLineAsync("engine demo takes no options");
            return ExitCode.Usage;
        }

        var console = OutputConsole.Create();
        var folder = Directory.CreateTempSubdirectory("engine-demo-");
        try
        {
            var today = new DateTimeOffset(TimeProvider.System.GetUtcNow().Date, TimeSpan.Zero);
            await using var host = await EngineHost.StartAsync(
                new EngineOptions
                {
                    DataDirectory = folder.FullName,
                    Listen = new IPEndPoint(IPAddress.Loopback, 0),
                    ClockSpeed = ClockSpeed,
                    ClockStart = today.AddHours(7),
                    LogLevel = LogLevel.Warning,
                },
                cancellationToken);
            console.WriteLine($"Engine listens on {host.Address.GetLeftPart(UriPartial.Authority)}; its clock runs {ClockSpeed:0} times as fast.");
            console.WriteLine("> customer   < shop   # internal note   * what happened");
            console.WriteLine();
            var succeeded = await PlayAsync(host, console, today + SetAsideFor, cancellationToken);
            await host.StopAsync();
            return succeeded ? ExitCode.Done : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Failed;
        }
        catch (RpcException fault)
        {
            await Console.Error.WriteLineAsync(CallFailure.Describe(fault));
            return ExitCode.Failed;
        }
        catch (Exception fault) when (fault is StartException or InvalidDataException or TimeoutException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return ExitCode.Failed;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> PlayAsync(EngineHost host, IAnsiConsole console, DateTimeOffset setAsideUntil, CancellationToken cancellationToken)
    {
        var dialogues = Dialogue.ReadFolder(Path.Combine(AppContext.BaseDirectory, "data"));
        if (dialogues.DistinctBy(dialogue => (dialogue.Channel, dialogue.Customer.Address)).Count() != dialogues.Count)
            throw new InvalidDataException("Two dialogues have the same customer on the same channel.");

        using var client = new EngineClient(host.Address);
        var adminKey = (await File.ReadAllTextAsync(host.FirstStart!.AdminKeyFile, cancellationToken)).Trim();
        var began = TimeProvider.System.GetTimestamp();
        var shop = await DemoShop.OpenAsync(client, adminKey, cancellationToken);

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var printer = new DemoPrinter(console, dialogues
            .DistinctBy(dialogue => dialogue.Customer.DisplayName)
            .ToDictionary(dialogue => dialogue.Customer.DisplayName ?? "", dialogue => dialogue.LanguageCode));
        var printing = printer.RunAsync(shop.Program, watching.Token);
        await printer.Started.WaitAsync(CatchUpMax, cancellationToken);

        var random = new Random(Seed);
        var arrivals = dialogues.Select(_ => random.NextDouble() * ArrivalsWithin).Order().ToArray();
        var order = dialogues.ToArray();
        random.Shuffle(order);
        var names = await Task.WhenAll(order.Select((dialogue, index) =>
            HoldAsync(shop, dialogue, arrivals[index], new Random(Seed + index), setAsideUntil, cancellationToken)));
        var played = names.Zip(order).ToDictionary(pair => pair.First, pair => pair.Second);

        await printer.WaitForAsync(dialogues.Sum(dialogue => dialogue.Turns.Count)).WaitAsync(CatchUpMax, cancellationToken);
        await watching.CancelAsync();
        await printing;

        var summary = await DemoSummary.ReadAsync(client.As(adminKey), played, CatchUpMax, cancellationToken);
        summary.Print(console, TimeProvider.System.GetElapsedTime(began));
        return summary.Differences.Count == 0;
    }

    private static async Task<string> HoldAsync(
        DemoShop shop, Dialogue dialogue, TimeSpan arrival, Random random, DateTimeOffset setAsideUntil, CancellationToken cancellationToken)
    {
        await Task.Delay(arrival, cancellationToken);
        var player = new DialoguePlayer(shop, stop => Task.Delay(random.NextDouble() * PauseMax, stop), setAsideUntil);
        return await player.PlayAsync(dialogue, cancellationToken);
    }
}
