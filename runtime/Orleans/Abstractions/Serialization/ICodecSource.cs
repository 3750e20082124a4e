namespace Orleans.Serialization;

/// <summary>Makes codecs for types that have none yet.</summary>
internal interface ICodecSource
{
    /// <returns>A <see cref="Codec{T}"/> of <paramref name="type"/>, or null.</returns>
    Codec? Create(Type type, Runtime.Generated.CodecRegistry registry);
}
