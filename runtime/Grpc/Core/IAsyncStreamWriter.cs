namespace Grpc.Core;

/// <summary>Messages sent one after the other. One write at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>For the writes that follow; null means the defaults.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Completes when the transport has taken the message: a slow peer slows the writer.</summary>
    Task WriteAsync(T message);

    /// <summary>As <see cref="WriteAsync(T)"/>; cancelling aborts the call, not only this message.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            throw new NotSupportedException(
                "Cancellation of stream writes is not supported by this gRPC implementation.");
        }

        return WriteAsync(message);
    }
}
