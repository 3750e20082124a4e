using System.Text;

namespace Grpc.Core;

/// <summary>One fact about a peer's identity.</summary>
public class AuthProperty
{
    private readonly byte[] _valueBytes;
    private string? _value;

    private AuthProperty(string name, byte[] valueBytes)
    {
        Name = name ?? throw new ArgumentNullException(nameof(name));
        _valueBytes = valueBytes ?? throw new ArgumentNullException(nameof(valueBytes));
    }

    public string Name { get; }

    /// <summary>The bytes read as UTF-8.</summary>
    public string Value => _value ??= Encoding.UTF8.GetString(_valueBytes);

    /// <summary>A copy of the bytes.</summary>
    public byte[] ValueBytes => [.. _valueBytes];

    public static AuthProperty Create(string name, byte[] valueBytes) =>
        new(name, [.. valueBytes ?? throw new ArgumentNullException(nameof(valueBytes))]);
}
