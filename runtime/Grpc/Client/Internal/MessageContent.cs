using System.Net;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// A request of one message, framed beforehand. The handler may still be sending it when the response is there, and
/// may send it twice when a connection turns out to be dead: the buffer goes back to the pool after the call has
/// ended and the last sending has returned.
/// </summary>
internal sealed class MessageContent : HttpContent
{
    private readonly Lock _lock = new();
    private PayloadBuffer? _frame;
    private TaskCompletionSource? _over;
    private int _sending;
    private bool _disposed;

    public MessageContent(PayloadBuffer frame)
    {
        _frame = frame;
        Headers.ContentType = RequestHeaders.ContentType;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        PayloadBuffer frame;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            frame = _frame!;
            _sending++;
        }

        var writing = stream.WriteAsync(frame.WrittenMemory, cancellationToken);
        if (writing.IsCompletedSuccessfully)
        {
            Sent();
            return Task.CompletedTask;
        }

        return AwaitAsync(writing, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_lock)
            {
                _disposed = true;
                _over?.TrySetResult();
            }

            ReleaseIfDone();
        }

        base.Dispose(disposing);
    }

    private async Task AwaitAsync(ValueTask writing, CancellationToken cancellationToken)
    {
        try
        {
            await writing.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // When a stream fails, the handler cancels the sending, and would report that instead of the reason.
            await OverAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            Sent();
        }
    }

    private Task OverAsync()
    {
        lock (_lock)
        {
            return _disposed
                ? Task.CompletedTask
                : (_over ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Sent()
    {
        lock (_lock)
        {
            _sending--;
        }

        ReleaseIfDone();
    }

    private void ReleaseIfDone()
    {
        PayloadBuffer? frame = null;
        lock (_lock)
        {
            if (_disposed && _sending == 0)
            {
                (frame, _frame) = (_frame, null);
            }
        }

        frame?.Dispose();
    }
}
