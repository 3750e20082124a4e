using System.Diagnostics;

namespace Engine.Testing.Postgres;

/// <summary>Finds PostgreSQL's programs and runs them as a user that they accept.</summary>
internal static class PostgresTools
{
    public static bool IsRoot => Environment.IsPrivilegedProcess;

    /// <summary>Debian keeps a directory for each version and puts only some of them on the path.</summary>
    public static string Find(string tool)
    {
        const string versions = "/usr/lib/postgresql";
        var installed = Directory.Exists(versions)
            ? Directory.GetDirectories(versions).OrderByDescending(static d => int.TryParse(Path.GetFileName(d), out var n) ? n : 0)
                .Select(d => Path.Combine(d, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return installed.Concat(path).Select(d => Path.Combine(d, tool)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"There is no {tool} here. Install PostgreSQL (Debian: apt-get install postgresql).");
    }

    public static (string File, IReadOnlyList<string> Arguments) AsPostgres(string file, IReadOnlyList<string> arguments) =>
        IsRoot
            ? (Find("setpriv"), ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", file, .. arguments])
            : (file, arguments);

    /// <exception cref="InvalidOperationException">The program failed.</exception>
    public static async Task<string> RunAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        // Those are no programs of PostgreSQL and want the rights that this process has.
        var (file, all) = tool is "chown" or "kill" ? (tool, arguments) : AsPostgres(Find(tool), arguments);
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in all) start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{tool} cannot be started.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{tool} failed with exit code {process.ExitCode}: {await errors}");
    }
}
