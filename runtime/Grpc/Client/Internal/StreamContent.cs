using System.Net;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// A request whose messages come while it is being sent. When a server refuses it unseen, the handler sends it again;
/// that works until the first message, of which no copy is kept.
/// </summary>
internal sealed class StreamContent : HttpContent
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _claimed;
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamContent()
    {
        Headers.ContentType = RequestHeaders.ContentType;
    }

    /// <summary>Where to write, once there is a connection; from then on it is this one.</summary>
    public async Task<Stream> ClaimAsync()
    {
        while (true)
        {
            Task<Stream> given;
            lock (_lock)
            {
                given = _stream.Task;
            }

            var stream = await given.ConfigureAwait(false);
            lock (_lock)
            {
                if (given == _stream.Task)
                {
                    _claimed = true;
                    return stream;
                }
            }
        }
    }

    /// <summary>Ends the request.</summary>
    public void Complete() => _end.TrySetResult();

    /// <summary>Whatever waits for a connection, or for the end, need not any more.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _stream.TrySetCanceled();
        }

        _end.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The headers must go out before the first message: the server may have something to say to them.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (_claimed)
            {
                throw new IOException("The call was refused after its first message, and cannot be sent twice.");
            }

            if (_stream.Task.IsCompletedSuccessfully)
            {
                _stream = new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _stream.TrySetResult(stream);
        }

        await _end.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
