using Engine.Silo.CommandLine;
using Engine.Silo.Configuration;

namespace Engine.Silo.Hosting;

/// <summary><c>engine migrate</c>: brings the store to this version's schema and ends, so that an upgrade's first step can be taken, and seen, by itself.</summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(ArgumentList arguments, CancellationToken cancellationToken)
    {
        var configuration = EngineConfiguration.Read(arguments.Options, Environment.GetEnvironmentVariables());
        if (!await SettingFaults.ArePassedAsync(arguments, configuration))
            return ExitCode.Usage;
        var options = configuration.Options;
        if (!options.IsCluster)
        {
            await Console.Error.WriteLineAsync("SQLite files are brought up to date by the process that opens them, at its start; engine migrate needs --postgres");
            return ExitCode.Usage;
        }

        try
        {
            foreach (var line in await ClusterSetup.MigrateAsync(options, cancellationToken))
                await Console.Out.WriteLineAsync(line);
            return ExitCode.Done;
        }
        catch (Exception fault) when (StartFaults.Explain(fault, options) is { } explanation)
        {
            await Console.Error.WriteLineAsync(explanation);
            return ExitCode.Failed;
        }
    }
}
