using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a marshaller puts a message: an array, or a buffer it writes to.</summary>
public abstract class SerializationContext
{
    /// <summary>Ends the message with this payload. To be called once.</summary>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>A buffer for the payload, ended by <see cref="Complete()"/>.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Says how many bytes will be written, so that the buffer can be the connection's own.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>Ends the message written to the buffer. To be called once.</summary>
    public virtual void Complete() => throw new NotImplementedException();
}
