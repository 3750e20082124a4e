namespace Engine.Runtime.Surface.Tests;

/// <summary>A type of the runtime that is used, with those of its members that are.</summary>
internal sealed class UsedType(string name, string kind)
{
    private readonly SortedSet<string> _parts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (SortedSet<string> Parts, bool Implemented)> _members = new(StringComparer.Ordinal);

    /// <summary>Full name.</summary>
    public string Name => name;

    /// <summary>For example "sealed class".</summary>
    public string Kind => kind;

    public string Namespace => name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : "";

    /// <summary>Who uses it: src, tests, load-tests.</summary>
    public IEnumerable<string> Parts => _parts;

    public IEnumerable<(string Display, IEnumerable<string> Parts, bool Implemented)> Members =>
        _members.Select(member => (member.Key, (IEnumerable<string>)member.Value.Parts, member.Value.Implemented));

    public void Add(string part) => _parts.Add(part);

    /// <param name="implemented">It is implemented or overridden, not only called.</param>
    public void Add(string part, string display, bool implemented = false)
    {
        var known = _members.GetValueOrDefault(display, (Parts: new SortedSet<string>(StringComparer.Ordinal), Implemented: false));
        known.Parts.Add(part);
        _members[display] = (known.Parts, known.Implemented || implemented);
    }
}
