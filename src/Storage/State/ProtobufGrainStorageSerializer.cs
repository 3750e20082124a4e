using Google.Protobuf;
using Orleans.Storage;

namespace Engine.Storage.State;

/// <summary>
/// Grain states are protobuf messages, stored as such. Registered under the storage's name only: unkeyed it would also
/// serve the streams' own store, whose states are none.
/// </summary>
internal sealed class ProtobufGrainStorageSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => input switch
    {
        null => BinaryData.FromBytes(ReadOnlyMemory<byte>.Empty),
        IMessage message => BinaryData.FromBytes(message.ToByteArray()),
        _ => throw NotAMessage(typeof(T)),
    };

    public T? Deserialize<T>(BinaryData input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var state = Activator.CreateInstance<T>();
        if (state is not IMessage message) throw NotAMessage(typeof(T));
        message.MergeFrom(input.ToMemory().Span);
        return state;
    }

    private static InvalidOperationException NotAMessage(Type type) =>
        new($"The grain state {type.FullName} is no protobuf message: only those are stored.");
}
