using System.Net;
using Engine.Silo.CommandLine;
using Engine.Silo.Configuration;
using Microsoft.Extensions.Logging;

namespace Engine.Silo.Hosting;

/// <summary>Says where the engine listens, where its files are, and how to call it.</summary>
internal static partial class StartNotice
{
    public static async Task WriteAsync(EngineHost host, ILogger log)
    {
        if (IsOpenToNetwork(host.Options))
            LogCleartext(log, host.Options.Listen);

        // A reader of JSON lines would stumble over plain text.
        if (host.Options.LogFormat == LogFormat.Json)
        {
            LogListening(log, EngineCommandLine.Version, host.Address, Path.GetFullPath(host.Options.DataDirectory));
            return;
        }

        var lines = new List<string>
        {
            $"Engine {EngineCommandLine.Version}",
            $"Listening on {Text(host.Address)}",
            $"Data in {Path.GetFullPath(host.Options.DataDirectory)}",
            host.Installation.MasterKeyFile is null
                ? "Master key from the environment"
                : $"Master key in {host.Installation.MasterKeyFile}" + (host.Installation.MasterKeyCreated ? " (made now; keep a copy, the data cannot be read without it)" : ""),
        };
        if (host.HealthAddress is { } health)
            lines.Add($"Health over HTTP on {Text(health)}");
        if (host.FirstStart is { } first)
        {
            lines.Add(first.Outcome switch
            {
                AdminKeyOutcome.Written => $"Admin key in {first.AdminKeyFile} (written now; readable by its owner only)",
                AdminKeyOutcome.Kept => $"Admin key in {first.AdminKeyFile}",
                AdminKeyOutcome.Elsewhere => "Admin key in the data directory of the process that started first (--write-admin-key writes it here too)",
                _ => $"Admin key not in {first.AdminKeyFile} any more (--write-admin-key writes it again)",
            });
        }

        if (host.Options.IsCluster)
            lines.Add($"Role {host.Options.Role.ToString().ToLowerInvariant()} in cluster {host.Options.ClusterId}");
        if (host.Options.ClockSpeed != 1)
            lines.Add($"Engine time runs {host.Options.ClockSpeed} times as fast as real time");
        lines.Add("Call it:");
        lines.Add(host.Options.Role == EngineRole.Silo
            ? $"  {Program()} status --target {Text(host.Address)}"
            : $"  {Program()} call WorkspaceService/GetWorkspace --target {Text(host.Address)} --key-file {Quote(KeyFile(host))}");
        lines.Add("Ctrl-C stops it.");
        await Console.Out.WriteLineAsync(string.Join(Environment.NewLine, lines));
    }

    private static string KeyFile(EngineHost host) =>
        Path.GetFullPath(Path.Combine(host.Options.DataDirectory, FirstStart.AdminKeyFileName));

    private static bool IsOpenToNetwork(EngineOptions options) =>
        options.TlsCertificateFile.Length == 0 && !IPAddress.IsLoopback(options.Listen.Address);

    // The address as it was given, without the slash that Uri adds.
    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    // Started by "dotnet engine.dll" or "dotnet run" the process is dotnet, which needs to be told what to run.
    private static string Program()
    {
        var process = Environment.ProcessPath ?? "engine";
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? $"dotnet {Quote(Path.Combine(AppContext.BaseDirectory, "engine.dll"))}"
            : Quote(process);
    }

    private static string Quote(string path) =>
        path.All(letter => char.IsLetterOrDigit(letter) || "/\\._-:".Contains(letter, StringComparison.Ordinal)) ? path : $"'{path}'";

    [LoggerMessage(1001, LogLevel.Information, "Engine {Version} listens on {Address}; data in {Directory}")]
    private static partial void LogListening(ILogger log, string version, Uri address, string directory);

    [LoggerMessage(1002, LogLevel.Warning, "API keys cross the network in the clear on {Endpoint}: give a TLS certificate, or put a proxy that has one in front")]
    private static partial void LogCleartext(ILogger log, IPEndPoint endpoint);
}
