using System.Globalization;

namespace Engine.LoadTests.Processes;

/// <summary>CPU time that a process has used, user and system, from <c>/proc/PID/stat</c>.</summary>
internal static class ProcessCpu
{
    /// <summary>USER_HZ: what /proc counts in, 100 on every architecture that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <returns>Null where there is no such file.</returns>
    public static TimeSpan? Read(int processId) => Read(processId, withChildren: false);

    /// <summary>With what its children used that have ended and that it has waited for.</summary>
    /// <inheritdoc cref="Read(int)"/>
    public static TimeSpan? ReadWithChildren(int processId) => Read(processId, withChildren: true);

    private static TimeSpan? Read(int processId, bool withChildren)
    {
        try
        {
            return Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat")), withChildren);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The name in parentheses may hold spaces and parentheses, so fields are counted behind the last one.</summary>
    internal static TimeSpan? Parse(string stat, bool withChildren = false)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const int UserTime = 14 - 3;
        const int SystemTime = 15 - 3;
        if (fields.Length <= SystemTime
            || !long.TryParse(fields[UserTime], CultureInfo.InvariantCulture, out var user)
            || !long.TryParse(fields[SystemTime], CultureInfo.InvariantCulture, out var system))
            return null;
        if (!withChildren) return TimeSpan.FromSeconds((user + system) / TicksPerSecond);
        return fields.Length > SystemTime + 2
            && long.TryParse(fields[UserTime + 2], CultureInfo.InvariantCulture, out var childUser)
            && long.TryParse(fields[SystemTime + 2], CultureInfo.InvariantCulture, out var childSystem)
            ? TimeSpan.FromSeconds((user + system + childUser + childSystem) / TicksPerSecond)
            : null;
    }
}
