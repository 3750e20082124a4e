using System.Diagnostics;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>Runs a program of the system to its end: <c>ip</c>, <c>kill</c>, <c>ss</c>.</summary>
internal static class SystemCommand
{
    /// <returns>What it printed.</returns>
    /// <exception cref="EngineFailedException">It is not there, or it failed.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var (exitCode, output, error) = await TryAsync(program, arguments, cancellationToken);
        return exitCode == 0
            ? output
            : throw new EngineFailedException($"{program} {string.Join(' ', arguments)} failed with {exitCode}: {error.Trim()}");
    }

    /// <summary>The same for a program whose failure is an answer. A program that is not there answers 127, as a shell would.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> TryAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start) ?? throw new EngineFailedException($"{program} cannot be started.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (127, "", e.Message);
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
    }

    public static Task SignalAsync(int processId, string signal, CancellationToken cancellationToken) =>
        RunAsync("kill", [$"-{signal}", processId.ToString(System.Globalization.CultureInfo.InvariantCulture)], cancellationToken);
}
