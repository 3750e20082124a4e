using System.Text;

namespace Engine.Grains.Journal;

/// <summary>
/// Names one actor's stream in the journal: <c>workspace/kind/id</c>. Names are structure, not content: they are stored
/// readable, so an id must never be made of personal data (addresses enter as a keyed hash).
/// </summary>
public readonly record struct StreamName
{
    /// <summary>Writers and readers scale by lane; the number is part of the stored format and never changes.</summary>
    public const int LaneCount = 64;

    public StreamName(string workspace, string kind, string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(workspace);
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (workspace.Contains('/') || kind.Contains('/') || id.Contains('/'))
            throw new ArgumentException("The parts of a stream name contain no '/'.");
        Workspace = workspace;
        Kind = kind;
        Id = id;
    }

    public string Workspace { get; }

    /// <summary>What kind of actor: <c>conversation</c>, <c>customer</c>, <c>identity</c>, <c>agent</c>, <c>catalog</c>, <c>queue</c>.</summary>
    public string Kind { get; }

    public string Id { get; }

    /// <summary>The lane in [0, 64): FNV-1a of the UTF-8 name. Part of the stored format.</summary>
    public int Lane
    {
        get
        {
            var hash = 2166136261u;
            Span<byte> utf8 = stackalloc byte[512];
            var name = ToString();
            var bytes = Encoding.UTF8.GetMaxByteCount(name.Length) <= utf8.Length
                ? utf8[..Encoding.UTF8.GetBytes(name, utf8)]
                : Encoding.UTF8.GetBytes(name);
            foreach (var b in bytes) hash = (hash ^ b) * 16777619u;
            // The low bits of FNV are its weakest; fold the high half in.
            return (int)((hash ^ (hash >> 16)) % LaneCount);
        }
    }

    /// <exception cref="FormatException">The text is not <c>workspace/kind/id</c>.</exception>
    public static StreamName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        if (parts.Length != 3 || parts.Any(string.IsNullOrEmpty)) throw new FormatException($"'{text}' is not workspace/kind/id.");
        return new StreamName(parts[0], parts[1], parts[2]);
    }

    public override string ToString() => $"{Workspace}/{Kind}/{Id}";
}
