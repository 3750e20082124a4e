using System.Globalization;
using System.Text;
using Orleans.Streams;

namespace Orleans.Runtime;

/// <summary>The identity of a stream: a namespace, which may be absent, and a key.</summary>
public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>, ISpanFormattable
{
    private readonly byte[]? _full;
    private readonly ushort _keyStart;
    private readonly int _hash;

    private StreamId(byte[] full, ushort keyStart)
    {
        _full = full;
        _keyStart = keyStart;
        _hash = unchecked((int)XxHash32.Compute(full));
    }

    /// <summary>Namespace and key without a separator.</summary>
    public ReadOnlyMemory<byte> FullKey => _full;

    public ReadOnlyMemory<byte> Namespace => _full.AsMemory(0, _keyStart);

    public ReadOnlyMemory<byte> Key => _full.AsMemory(_keyStart);

    public static StreamId Create(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            throw new ArgumentException("A stream needs a key.", nameof(key));
        return new StreamId([.. ns, .. key], checked((ushort)ns.Length));
    }

    public static StreamId Create(string? ns, Guid key) => Create(ns, key.ToString("N"));

    public static StreamId Create(string? ns, long key) => Create(ns, key.ToString("X", CultureInfo.InvariantCulture));

    public static StreamId Create(string? ns, string key) =>
        Create(Encoding.UTF8.GetBytes(ns ?? ""), Encoding.UTF8.GetBytes(key));

    public static StreamId Create(IStreamIdentity streamIdentity) => Create(streamIdentity.Namespace, streamIdentity.Guid);

    /// <summary>Reads <c>namespace/key</c>; without a slash everything is the key.</summary>
    public static StreamId Parse(ReadOnlySpan<byte> value)
    {
        var slash = value.IndexOf((byte)'/');
        return slash < 0 ? Create([], value) : Create(value[..slash], value[(slash + 1)..]);
    }

    public static bool operator ==(StreamId s1, StreamId s2) => s1.Equals(s2);

    public static bool operator !=(StreamId s1, StreamId s2) => !s1.Equals(s2);

    public string GetKeyAsString() => Encoding.UTF8.GetString(Key.Span);

    public string? GetNamespace() => _keyStart == 0 ? null : Encoding.UTF8.GetString(Namespace.Span);

    public bool Equals(StreamId other) =>
        _keyStart == other._keyStart && _full.AsSpan().SequenceEqual(other._full);

    public override bool Equals(object? obj) => obj is StreamId other && Equals(other);

    public override int GetHashCode() => _hash;

    public int CompareTo(StreamId other) => _full.AsSpan().SequenceCompareTo(other._full);

    public override string ToString() => _keyStart == 0 ? $"null/{GetKeyAsString()}" : $"{GetNamespace()}/{GetKeyAsString()}";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"{ToString()}", out charsWritten);
}
