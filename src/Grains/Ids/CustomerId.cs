using System.Diagnostics.CodeAnalysis;

namespace Engine.Grains.Ids;

/// <summary>A customer's id within its workspace.</summary>
public readonly record struct CustomerId
{
    private CustomerId(string value) => Value = value;

    /// <summary>The id alone, as it stands in grain keys and in the journal.</summary>
    public string Value { get; }

    /// <summary>The resource name: <c>customers/ID</c>.</summary>
    public string Name => $"customers/{Value}";

    /// <exception cref="FormatException">Not an id: see <see cref="IdText"/>.</exception>
    public static CustomerId Of(string id) =>
        IdText.IsValid(id) ? new CustomerId(id) : throw new FormatException("Not a valid id.");

    /// <exception cref="FormatException">Not <c>customers/ID</c>.</exception>
    public static CustomerId Parse(string? name) =>
        TryParse(name, out var id) ? id : throw new FormatException("Not a name of the form customers/ID.");

    public static bool TryParse([NotNullWhen(true)] string? name, out CustomerId id)
    {
        var ok = IdText.TryParse("customers/", name, out var value);
        id = ok ? new CustomerId(value) : default;
        return ok;
    }

    /// <summary>The grain's key: <c>workspace/id</c>.</summary>
    public string Key(string workspace) => $"{workspace}/{Value}";

    public override string ToString() => Name;
}
