using System.Diagnostics.CodeAnalysis;

namespace Engine.Grains.Ids;

/// <summary>A conversation's id within its workspace.</summary>
public readonly record struct ConversationId
{
    private ConversationId(string value) => Value = value;

    /// <summary>The id alone, as it stands in grain keys and in the journal.</summary>
    public string Value { get; }

    /// <summary>The resource name: <c>conversations/ID</c>.</summary>
    public string Name => $"conversations/{Value}";

    /// <exception cref="FormatException">Not an id: see <see cref="IdText"/>.</exception>
    public static ConversationId Of(string id) =>
        IdText.IsValid(id) ? new ConversationId(id) : throw new FormatException("Not a valid id.");

    /// <exception cref="FormatException">Not <c>conversations/ID</c>.</exception>
    public static ConversationId Parse(string? name) =>
        TryParse(name, out var id) ? id : throw new FormatException("Not a name of the form conversations/ID.");

    public static bool TryParse([NotNullWhen(true)] string? name, out ConversationId id)
    {
        var ok = IdText.TryParse("conversations/", name, out var value);
        id = ok ? new ConversationId(value) : default;
        return ok;
    }

    /// <summary>The grain's key: <c>workspace/id</c>.</summary>
    public string Key(string workspace) => $"{workspace}/{Value}";

    public override string ToString() => Name;
}
