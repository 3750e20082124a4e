using System.Buffers;

namespace Engine.Grains.Catalogs;

/// <summary>Names of what a catalog holds: ids of 1 to 64 lower-case letters, digits, '-' and '_'.</summary>
public static class CatalogNames
{
    public const string PolicyPrefix = "slaPolicies/";
    public const string CalendarPrefix = "calendars/";
    public const string QueuePrefix = "queues/";

    private const int IdLengthMax = 64;
    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    public static string Policy(string id) => PolicyPrefix + id;

    public static string Calendar(string id) => CalendarPrefix + id;

    public static string Queue(string id) => QueuePrefix + id;

    /// <summary>The key of a workspace's catalog.</summary>
    public static string KeyOf(string workspace) => $"{workspace}/catalog";

    public static bool IsId(string? id) => id is { Length: >= 1 and <= IdLengthMax } && !id.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>The id in a queue's name; false, and empty, when it is none.</summary>
    public static bool TryParseQueue(string? name, out string id)
    {
        id = name is not null && name.StartsWith(QueuePrefix, StringComparison.Ordinal) ? name[QueuePrefix.Length..] : "";
        if (IsId(id)) return true;
        id = "";
        return false;
    }
}
