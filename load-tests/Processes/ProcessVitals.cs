using System.Globalization;

namespace Engine.LoadTests.Processes;

/// <summary>What a process holds, from <c>/proc/PID</c>.</summary>
/// <param name="ResidentBytes">Memory that is really there (VmRSS).</param>
/// <param name="Handles">Open files, sockets, pipes.</param>
/// <param name="Threads">Threads.</param>
internal sealed record ProcessVitals(long ResidentBytes, int Handles, int Threads)
{
    /// <exception cref="EngineFailedException">The process has ended, or this is no Linux.</exception>
    public static ProcessVitals Read(int processId)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
        try
        {
            var lines = File.ReadAllLines($"{folder}/status");
            return new ProcessVitals(
                Field(lines, "VmRSS:") * 1024,
                Directory.EnumerateFileSystemEntries($"{folder}/fd").Count(),
                (int)Field(lines, "Threads:"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineFailedException($"{folder} cannot be read: {e.Message}");
        }
    }

    /// <summary>The number behind a name in <c>status</c>; memory is in kB there.</summary>
    internal static long Field(IReadOnlyList<string> lines, string name)
    {
        var line = lines.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))
            ?? throw new EngineFailedException($"The system does not tell {name}");
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
