using Google.Protobuf;
using Google.Protobuf.Collections;
using Orleans.Runtime.Generated;

namespace Orleans.Serialization;

/// <summary>Codecs of protobuf messages, of their byte strings and repeated fields.</summary>
internal sealed class ProtobufCodecs : ICodecSource
{
    public Codec? Create(Type type, CodecRegistry registry)
    {
        if (type == typeof(ByteString))
        {
            return new FunctionCodec<ByteString?>(
                static (writer, value) =>
                {
                    writer.WriteCount(value is null ? 0 : value.Length + 1);
                    writer.WriteBytes(value is null ? [] : value.Span);
                },
                static reader => reader.ReadCount() is > 0 and var count ? ByteString.CopyFrom(reader.Take(count - 1)) : null);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(RepeatedField<>))
            return (Codec)Activator.CreateInstance(typeof(RepeatedFieldCodec<>).MakeGenericType(type.GetGenericArguments()))!;
        return typeof(IMessage).IsAssignableFrom(type) && type is { IsClass: true, IsAbstract: false }
            ? (Codec)Activator.CreateInstance(typeof(MessageCodec<>).MakeGenericType(type))!
            : null;
    }
}

/// <summary>A protobuf message: cloned within a silo, its own encoding with a length outside.</summary>
internal sealed class MessageCodec<T> : Codec<T?>
    where T : class, IMessage<T>, new()
{
    public override T? Copy(T? value) => value?.Clone();

    public override void Write(CallWriter writer, T? value)
    {
        if (value is null)
        {
            writer.WriteCount(0);
            return;
        }

        var size = value.CalculateSize();
        writer.WriteCount(size + 1);
        value.WriteTo(writer.Take(size));
    }

    public override T? Read(CallReader reader)
    {
        var count = reader.ReadCount();
        if (count == 0)
            return null;
        var message = new T();
        try
        {
            message.MergeFrom(reader.Take(count - 1));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new SerializerException($"A {typeof(T)} could not be read.", error);
        }

        return message;
    }
}

internal sealed class RepeatedFieldCodec<T> : ElementsCodec<RepeatedField<T>, T>
{
    protected override RepeatedField<T> Create(int count) => new() { Capacity = count };

    protected override int Count(RepeatedField<T> value) => value.Count;

    protected override IEnumerable<T> Elements(RepeatedField<T> value) => value;

    protected override void Set(RepeatedField<T> value, int index, T element) => value.Add(element);
}
