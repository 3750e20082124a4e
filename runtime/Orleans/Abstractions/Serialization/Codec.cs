using Orleans.Runtime.Generated;

namespace Orleans.Serialization;

/// <summary>Copies and transports values of any type; see <see cref="Codec{T}"/>.</summary>
internal abstract class Codec
{
    /// <summary>Where the codec finds those of its elements. Set when the registry takes it.</summary>
    public CodecRegistry Registry { get; set; } = null!;

    /// <summary>Whether values never change, so that a copy is the value.</summary>
    public virtual bool IsImmutable => false;

    public abstract Type ValueType { get; }

    public abstract object? CopyObject(object? value);

    public abstract void WriteObject(CallWriter writer, object? value);

    public abstract object? ReadObject(CallReader reader);
}
