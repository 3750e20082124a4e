using System.Net;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// A request whose messages come while it is being sent. When a server refuses it unseen, the handler sends it again;
/// that works until the first message, of which no copy is kept.
/// </summary>
/// <remarks>
/// When a stream or connection fails, the handler cancels the sending and reports whichever it sees first: why the
/// stream failed, or that sending was cancelled. So sending does not end by that; it ends with the call.
/// </remarks>
internal sealed class StreamContent : HttpContent
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<Stream> _stream = NewSource<Stream>();
    private TaskCompletionSource<bool>? _sending;
    private bool _completed;
    private bool _abandoned;
    private bool _claimed;
    private bool _stopped;
    private bool _answered;

    public StreamContent()
    {
        RequestHeaders.AddContentType(Headers);
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
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            _sending?.TrySetResult(true);
        }
    }

    /// <summary>The server has answered: from here on the request is not sent elsewhere.</summary>
    public void OnAnswered()
    {
        lock (_lock)
        {
            _answered = true;
            RefuseIfOver();
        }
    }

    /// <summary>Whatever waits for a connection, or for the end, need not any more.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _abandoned = true;
            _stream.TrySetCanceled();
            _sending?.TrySetCanceled();
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var sending = BeginSending();
        try
        {
            // The headers must go out before the first message: the server may have something to say to them.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            Offer(stream, sending);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Sending goes on elsewhere, or the call ends.
            Stop(sending);
        }

        await sending.ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private Task<bool> BeginSending()
    {
        lock (_lock)
        {
            if (_claimed)
            {
                throw new IOException("The call was refused after its first message, and cannot be sent twice.");
            }

            if (_stream.Task.IsCompletedSuccessfully)
            {
                _stream = NewSource<Stream>();
            }

            _stopped = false;
            _sending?.TrySetCanceled();
            _sending = NewSource<bool>();
            if (_abandoned)
            {
                _sending.TrySetCanceled();
            }
            else if (_completed)
            {
                _sending.TrySetResult(true);
            }

            return _sending.Task;
        }
    }

    private void Offer(Stream stream, Task<bool> sending)
    {
        lock (_lock)
        {
            if (sending == _sending?.Task)
            {
                _stream.TrySetResult(stream);
            }
        }
    }

    private void Stop(Task<bool> sending)
    {
        lock (_lock)
        {
            if (sending == _sending?.Task)
            {
                _stopped = true;
                RefuseIfOver();
            }
        }
    }

    /// <summary>Under the lock. The server has ended the call before there was a place to write to, and there will be none.</summary>
    private void RefuseIfOver()
    {
        if (_stopped && _answered)
        {
            _stream.TrySetCanceled();
        }
    }

    private static TaskCompletionSource<T> NewSource<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
