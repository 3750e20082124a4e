using System.Text.Json;
using Orleans.Runtime.Generated;
using Orleans.Storage;

namespace Orleans.Runtime.Storage;

/// <summary>What storage without a serializer of its own uses: the codecs of calls, and JSON for types that have none.</summary>
internal sealed class DefaultStorageSerializer(CodecRegistry codecs) : IGrainStorageSerializer
{
    private const byte Binary = 1;
    private const byte Json = 2;

    public BinaryData Serialize<T>(T? input)
    {
        if (!codecs.TryGet(typeof(T), out _))
            return new BinaryData((byte[])[Json, .. JsonSerializer.SerializeToUtf8Bytes(input)]);
        using var writer = new CallWriter(codecs);
        writer.WriteByte(Binary);
        writer.Write(input);
        return new BinaryData(writer.Written.ToArray());
    }

    public T? Deserialize<T>(BinaryData input)
    {
        var bytes = input.ToMemory();
        return bytes.Span[0] == Json
            ? JsonSerializer.Deserialize<T>(bytes.Span[1..])
            : new CallReader(codecs, bytes[1..]).Read<T>();
    }
}
