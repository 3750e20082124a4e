using Grpc.Core;

namespace Engine.Api.Streams;

/// <summary>
/// Writes to a stream so that its end does not break off a message that waits for its reader.
/// </summary>
/// <remarks>
/// A write that is cancelled under way leaves half a message, and the server can only reset the stream: its client hears of
/// a fault in place of the reason, which is what would tell it to go on elsewhere. So a write that has begun goes on
/// until the reader takes it, or another token says that it was waited for long enough; none begins after the end.
/// </remarks>
internal sealed class PatientWriter<T>(IServerStreamWriter<T> inner, CancellationToken abandon) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : inner.WriteAsync(message, abandon);
}
