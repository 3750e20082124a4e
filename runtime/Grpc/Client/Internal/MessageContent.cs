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
    private readonly PayloadBuffer _frame;
    private TaskCompletionSource? _over;

    // The call itself, until it has ended, and every sending.
    private int _users = 1;
    private int _disposed;

    public MessageContent(PayloadBuffer frame)
    {
        _frame = frame;
        RequestHeaders.AddContentType(Headers);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0 || !TryUse(), this);
        var writing = stream.WriteAsync(_frame.WrittenMemory, cancellationToken);
        if (writing.IsCompletedSuccessfully)
        {
            Release();
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
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Volatile.Read(ref _over)?.TrySetResult();
            Release();
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
            Release();
        }
    }

    private Task OverAsync()
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        over = Interlocked.CompareExchange(ref _over, over, null) ?? over;
        if (Volatile.Read(ref _disposed) != 0)
        {
            over.TrySetResult();
        }

        return over.Task;
    }

    /// <summary>False when the buffer went back already.</summary>
    private bool TryUse()
    {
        var users = Volatile.Read(ref _users);
        while (users > 0)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _frame.Dispose();
        }
    }
}
