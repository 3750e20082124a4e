using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>How a message is written.</summary>
[Flags]
[SuppressMessage("Naming", "CA1726", Justification = "The published name.")]
public enum WriteFlags
{
    /// <summary>Need not be sent at once: more follows.</summary>
    BufferHint = 0x1,

    /// <summary>Not compressed, even where the call is.</summary>
    NoCompress = 0x2,
}
