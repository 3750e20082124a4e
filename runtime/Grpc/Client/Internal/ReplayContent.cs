using System.Net;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The messages of a call as one attempt sends them: those there were before it, then those to come. The handler may
/// send it twice when it knows that a server did not see the first.
/// </summary>
internal sealed class ReplayContent : HttpContent
{
    private readonly RequestLog _log;
    private readonly bool _streams;
    private readonly Lock _lock = new();
    private CancellationTokenSource _sending = new();
    private bool _disposed;
    private bool _stopped;
    private bool _answered;
    private int _sent;

    /// <param name="log">What to send.</param>
    /// <param name="streams">Whether there may be no message for a long time.</param>
    public ReplayContent(RequestLog log, bool streams)
    {
        _log = log;
        _streams = streams;
        RequestHeaders.AddContentType(Headers);
    }

    /// <summary>Messages sent.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>
    /// Whether it sends nothing more: the server has ended the call, perhaps while a message was on its way. Before the
    /// server has answered the handler may still send everything elsewhere.
    /// </summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
            {
                return _stopped && _answered;
            }
        }
    }

    /// <summary>The server has begun to answer, or the attempt has ended.</summary>
    public void OnAnswered()
    {
        lock (_lock)
        {
            _answered = true;
        }

        _log.OnStopped();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var sending = BeginSending();
        // By whichever comes first: the handler when the stream is over, or the call when it has its status. After that a
        // message on its way would wait for a server that takes no more.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(sending, cancellationToken);
        try
        {
            await SendAsync(stream, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Stop(sending);
            // Not before the call has ended or is sent elsewhere: it must not be reported in place of the reason.
            await Task.Delay(Timeout.InfiniteTimeSpan, sending).ConfigureAwait(false);
        }
        catch
        {
            Stop(sending);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CancellationTokenSource sending;
            lock (_lock)
            {
                _disposed = true;
                sending = _sending;
            }

            sending.Cancel();
        }

        base.Dispose(disposing);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private CancellationToken BeginSending()
    {
        CancellationTokenSource before;
        CancellationToken sending;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            before = _sending;
            _sending = new CancellationTokenSource();
            sending = _sending.Token;
            Volatile.Write(ref _sent, 0);
            _stopped = false;
        }

        before.Cancel();
        return sending;
    }

    /// <summary>Tells whoever waits for a message to be sent, unless it is being sent elsewhere by now.</summary>
    private void Stop(CancellationToken sending)
    {
        lock (_lock)
        {
            if (_disposed || _sending.Token != sending)
            {
                return;
            }

            _stopped = true;
        }

        _log.OnStopped();
    }

    private async Task SendAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (_streams)
        {
            // The server may have something to say to the headers alone.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        for (var index = 0; await _log.NextAsync(index, cancellationToken).ConfigureAwait(false) is { } frame; index++)
        {
            await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
            if (_streams)
            {
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            Volatile.Write(ref _sent, index + 1);
            _log.OnSent(this, index + 1);
        }
    }
}
