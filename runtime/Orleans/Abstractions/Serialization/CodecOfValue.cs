using Orleans.Runtime.Generated;

namespace Orleans.Serialization;

/// <summary>Copies values of one type for calls within a silo, and transports them for calls that leave it.</summary>
internal abstract class Codec<T> : Codec
{
    public override Type ValueType => typeof(T);

    public abstract T Copy(T value);

    public abstract void Write(CallWriter writer, T value);

    public abstract T Read(CallReader reader);

    public override object? CopyObject(object? value) => Copy((T)value!);

    public override void WriteObject(CallWriter writer, object? value) => Write(writer, (T)value!);

    public override object? ReadObject(CallReader reader) => Read(reader);
}
