using System.Net;

namespace Grpc.Net.Client.Internal;

/// <summary>A request whose messages come while it is being sent.</summary>
internal sealed class StreamContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamContent()
    {
        Headers.ContentType = RequestHeaders.ContentType;
    }

    /// <summary>Where to write, once there is a connection.</summary>
    public Task<Stream> StreamAsync => _stream.Task;

    /// <summary>Ends the request.</summary>
    public void Complete() => _end.TrySetResult();

    /// <summary>Whatever waits for a connection, or for the end, need not any more.</summary>
    public void Abandon()
    {
        _stream.TrySetCanceled();
        _end.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The headers must go out before the first message: the server may have something to say to them.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (!_stream.TrySetResult(stream))
        {
            throw new InvalidOperationException("A stream of requests cannot be sent twice.");
        }

        await _end.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
