using System.Globalization;

namespace Engine.LoadTests.Processes;

/// <summary>A process and all that descend from it, as a server that answers each client in a process of its own needs.</summary>
internal static class ProcessTree
{
    /// <summary>CPU time used so far by the process and its living descendants, and by those that ended and were waited for.</summary>
    public static TimeSpan? ReadCpu(int root)
    {
        var children = new Dictionary<int, List<int>>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) || ParentOf(id) is not { } parent) continue;
            if (!children.TryGetValue(parent, out var list)) children[parent] = list = [];
            list.Add(id);
        }

        var total = TimeSpan.Zero;
        var found = false;
        var waiting = new Queue<int>([root]);
        while (waiting.TryDequeue(out var id))
        {
            if (ProcessCpu.ReadWithChildren(id) is { } used)
            {
                total += used;
                found = true;
            }

            foreach (var child in children.GetValueOrDefault(id) ?? []) waiting.Enqueue(child);
        }

        return found ? total : null;
    }

    private static int? ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
