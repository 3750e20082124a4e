using System.Reflection;
using System.Runtime.InteropServices;
using Engine.Silo.Client;
using Engine.Silo.Configuration;
using Engine.Silo.Cluster;
using Engine.Silo.Demo;
using Engine.Silo.Hosting;
using Engine.Silo.Status;

namespace Engine.Silo.CommandLine;

/// <summary>Chooses the command.</summary>
internal static class EngineCommandLine
{
    public static string Version { get; } =
        typeof(EngineCommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var switches = EngineSettings.All.Where(setting => setting.IsSwitch).Select(setting => setting.Name)
            .Concat(["help", "h", "version"]).ToHashSet();
        var parsed = ArgumentList.Parse(arguments, switches);
        if (parsed.Has("help") || parsed.Has("h") || parsed.Command == "help")
        {
            HelpText.Write(Console.Out);
            return ExitCode.Done;
        }

        if (parsed.Has("version"))
        {
            await Console.Out.WriteLineAsync($"engine {Version}");
            return ExitCode.Done;
        }

        return parsed.Command switch
        {
            "" or "run" => await RunCommand.RunAsync(parsed),
            "demo" => await WithCancellationAsync(stop => DemoCommand.RunAsync(parsed, stop)),
            "drain" => await WithCancellationAsync(stop => DrainCommand.RunAsync(parsed, stop)),
            "migrate" => await WithCancellationAsync(stop => MigrateCommand.RunAsync(parsed, stop)),
            "status" => await WithCancellationAsync(stop => StatusCommand.RunAsync(parsed, stop)),
            "call" => await WithCancellationAsync(stop => CallCommand.RunAsync(parsed, stop)),
            _ => await UnknownAsync(parsed.Command),
        };
    }

    private static async Task<int> UnknownAsync(string command)
    {
        await Console.Error.WriteLineAsync($"{command} is not a command; see engine --help");
        return ExitCode.Usage;
    }

    private static async Task<int> WithCancellationAsync(Func<CancellationToken, Task<int>> command)
    {
        using var stop = new CancellationTokenSource();
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        return await command(stop.Token);
    }
}
