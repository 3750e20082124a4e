namespace Orleans.Serialization;

/// <summary>A value has a type that cannot be copied or sent.</summary>
[GenerateSerializer]
public sealed class CodecNotFoundException : SerializerException
{
    public CodecNotFoundException(string message)
        : base(message)
    {
    }
}
