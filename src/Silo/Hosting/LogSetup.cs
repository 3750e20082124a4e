using Engine.Silo.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Engine.Silo.Hosting;

/// <summary>What is logged, and how it is written to the console.</summary>
internal static class LogSetup
{
    public static void Configure(ILoggingBuilder logs, EngineOptions options)
    {
        logs.ClearProviders();
        logs.SetMinimumLevel(options.LogLevel);
        // What frameworks tell of their own well-being belongs to those who asked for details.
        if (options.LogLevel == LogLevel.Information)
        {
            foreach (var framework in new[] { "Microsoft", "Orleans", "Grpc", "Npgsql" })
                logs.AddFilter(framework, LogLevel.Warning);
            // But who joins and leaves a cluster is its operator's daily news.
            logs.AddFilter("Orleans.Runtime.Membership", LogLevel.Information);
        }
        else if (options.LogLevel < LogLevel.Information)
        {
            // Statements carry parameters, which carry what customers wrote.
            logs.AddFilter("Npgsql", LogLevel.Warning);
        }

        if (options.LogFormat == LogFormat.Json)
            logs.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "O"));
        else
            logs.AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat, console.ColorBehavior)
                = (true, true, "HH:mm:ss.fff ", LoggerColorBehavior.Default));
    }
}
