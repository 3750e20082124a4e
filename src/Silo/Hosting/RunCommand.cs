using Engine.Silo.CommandLine;
using Engine.Silo.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engine.Silo.Hosting;

/// <summary><c>engine run</c>: the engine, until it is told to stop.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(ArgumentList arguments)
    {
        var configuration = EngineConfiguration.Read(arguments.Options, Environment.GetEnvironmentVariables());
        if (!await SettingFaults.ArePassedAsync(arguments, configuration))
            return ExitCode.Usage;

        try
        {
            await using var host = await EngineHost.StartAsync(configuration.Options);
            await StartNotice.WriteAsync(host, host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Engine.Silo"));
            return await host.WaitForShutdownAsync() ? ExitCode.Done : ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            // Told to stop while it waited for something to start with, which it did.
            return ExitCode.Done;
        }
        catch (StartException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return ExitCode.Failed;
        }
    }
}
