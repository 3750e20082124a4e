namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>The compiler's nullability bytes of one signature: one for all places, or one a place.</summary>
internal sealed class NullableFlags(IReadOnlyList<byte> flags)
{
    public const byte Oblivious = 0;
    public const byte Annotated = 2;

    private int _next;

    public IReadOnlyList<byte> Flags => flags;

    public byte Next() => flags.Count == 1 ? flags[0] : _next < flags.Count ? flags[_next++] : Oblivious;

    /// <summary>The same flags, read from the start.</summary>
    public NullableFlags Rewound() => new(flags);
}
