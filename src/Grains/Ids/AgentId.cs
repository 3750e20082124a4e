using System.Diagnostics.CodeAnalysis;

namespace Engine.Grains.Ids;

/// <summary>An agent's id within its workspace.</summary>
public readonly record struct AgentId
{
    private AgentId(string value) => Value = value;

    /// <summary>The id alone, as it stands in grain keys and in the journal.</summary>
    public string Value { get; }

    /// <summary>The resource name: <c>agents/ID</c>.</summary>
    public string Name => $"agents/{Value}";

    /// <exception cref="FormatException">Not an id: see <see cref="IdText"/>.</exception>
    public static AgentId Of(string id) =>
        IdText.IsValid(id) ? new AgentId(id) : throw new FormatException("Not a valid id.");

    /// <exception cref="FormatException">Not <c>agents/ID</c>.</exception>
    public static AgentId Parse(string? name) =>
        TryParse(name, out var id) ? id : throw new FormatException("Not a name of the form agents/ID.");

    public static bool TryParse([NotNullWhen(true)] string? name, out AgentId id)
    {
        var ok = IdText.TryParse("agents/", name, out var value);
        id = ok ? new AgentId(value) : default;
        return ok;
    }

    /// <summary>The grain's key: <c>workspace/id</c>.</summary>
    public string Key(string workspace) => $"{workspace}/{Value}";

    public override string ToString() => Name;
}
