namespace Engine.Grains.Routing;

/// <summary>Queues' names: <c>queues/ID</c>. What names nothing is left as it is.</summary>
internal static class QueueNames
{
    private const string Prefix = "queues/";

    public static string IdOf(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;

    public static string Of(string id) => id.Length == 0 ? "" : Prefix + id;
}
