using Orleans.Runtime;
using Orleans.Runtime.Generated;
using Orleans.Runtime.References;

namespace Orleans.Serialization;

/// <summary>References to grains and observers travel as their identity; the receiver makes its own.</summary>
internal sealed class ReferenceCodecs(Func<GrainFactory> factory) : ICodecSource
{
    public Codec? Create(Type type, CodecRegistry registry) =>
        typeof(IAddressable).IsAssignableFrom(type)
            ? (Codec)Activator.CreateInstance(typeof(ReferenceCodec<>).MakeGenericType(type), factory)!
            : null;
}

internal sealed class ReferenceCodec<T>(Func<GrainFactory> factory) : Codec<T?>
    where T : class
{
    // A grain that passes itself passes a reference; anything else than references cannot be called from elsewhere.
    public override T? Copy(T? value) => value switch
    {
        null or GrainReference => value,
        IGrainBase grain => grain.GrainContext.GrainReference.AsReference<T>(),
        _ => throw new ArgumentException($"A {value.GetType()} can be passed only as a reference from CreateObjectReference."),
    };

    public override void Write(CallWriter writer, T? value)
    {
        if (Copy(value) is not GrainReference reference)
        {
            writer.WriteString(null);
            return;
        }

        writer.WriteString(typeof(T).IsInterface ? "" : reference.InterfaceType.ToString());
        BuiltInCodecs.WriteGrainId(writer, reference.GrainId);
    }

    public override T? Read(CallReader reader)
    {
        if (reader.ReadString() is not { } name)
            return null;
        var id = BuiltInCodecs.ReadGrainId(reader);
        var target = factory();
        return name.Length == 0
            ? (T)(object)target.TypedReference(id, typeof(T))
            : (T)(name.Length > 0 ? target.GetGrain(id, GrainInterfaceType.Create(name)) : target.UntypedReference(id));
    }
}
