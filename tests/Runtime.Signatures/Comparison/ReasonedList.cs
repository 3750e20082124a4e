namespace Engine.Runtime.Signatures.Tests.Comparison;

/// <summary>Lines of a list, each under the comment that gives its reason.</summary>
internal static class ReasonedList
{
    /// <exception cref="FormatException">A line stands under no comment, or twice.</exception>
    public static IReadOnlyDictionary<string, string> Parse(IEnumerable<string> lines)
    {
        var entries = new Dictionary<string, string>();
        var reason = "";
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.Length == 0)
            {
                reason = "";
            }
            else if (line.StartsWith('#'))
            {
                reason = $"{reason} {line.TrimStart('#', ' ')}".Trim();
            }
            else if (reason.Length == 0 || !entries.TryAdd(line, reason))
            {
                throw new FormatException($"No reason is given, or the line stands twice: {line}");
            }
        }

        return entries;
    }
}
