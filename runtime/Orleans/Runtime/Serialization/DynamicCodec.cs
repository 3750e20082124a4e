using System.Collections.Concurrent;
using Orleans.Runtime.Generated;

namespace Orleans.Serialization;

/// <summary>Values whose type is known only at run time: it is written before them.</summary>
internal sealed class DynamicCodec<T> : Codec<T?>
    where T : class
{
    public override T? Copy(T? value)
    {
        if (value is null || value.GetType() == typeof(object))
            return value;
        var codec = Registry.ForType(value.GetType());
        return codec.IsImmutable ? value : (T?)codec.CopyObject(value);
    }

    public override void Write(CallWriter writer, T? value)
    {
        if (value is null)
        {
            writer.WriteString(null);
            return;
        }

        var type = value.GetType();
        var codec = writer.Codecs.ForType(type);
        writer.WriteString(TypeNames.Format(type));
        codec.WriteObject(writer, value);
    }

    public override T? Read(CallReader reader)
    {
        if (reader.ReadString() is not { } name)
            return null;
        var type = TypeNames.Parse(name);
        if (!typeof(T).IsAssignableFrom(type))
            throw new SerializerException($"A {type} was sent where a {typeof(T)} was expected.");
        return (T?)reader.Codecs.ForType(type).ReadObject(reader);
    }
}

/// <summary>The names of types on the wire. Protobuf types keep theirs for good, so the namespace must not change.</summary>
internal static class TypeNames
{
    private static readonly ConcurrentDictionary<Type, string> Names = new();
    private static readonly ConcurrentDictionary<string, Type> Types = new(StringComparer.Ordinal);

    public static string Format(Type type) => Names.GetOrAdd(type, static key =>
        key.Assembly == typeof(object).Assembly ? key.FullName! : $"{key.FullName}, {key.Assembly.GetName().Name}");

    /// <exception cref="SerializerException">No loaded or referenced assembly has such a type.</exception>
    public static Type Parse(string name)
    {
        if (Types.TryGetValue(name, out var type))
            return type;
        type = Type.GetType(name, throwOnError: false) ?? throw new SerializerException($"There is no type '{name}' here.");
        return Types.GetOrAdd(name, type);
    }
}
