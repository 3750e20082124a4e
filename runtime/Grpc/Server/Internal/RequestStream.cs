using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The requests of a client or duplex streaming call.</summary>
internal sealed class RequestStream<T>(ServerCall call, MessageSource<T> source) : IAsyncStreamReader<T>
    where T : class
{
    private T? _current;
    private bool _ended;
    private volatile bool _closed;

    public T Current => _current!;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

        if (_closed)
        {
            return Task.FromException<bool>(
                new InvalidOperationException("Can't read messages after the request is complete."));
        }

        if (_ended)
        {
            return Task.FromResult(false);
        }

        var next = RequestReader.ReadNextAsync(call, source, cancellationToken);
        return next.IsCompletedSuccessfully ? Task.FromResult(Take(next.Result)) : AwaitAsync(next);

        async Task<bool> AwaitAsync(ValueTask<(bool, T?)> pending) => Take(await pending);
    }

    /// <summary>The handler has returned: the connection's buffers are no longer its own.</summary>
    public void Close() => _closed = true;

    private bool Take((bool Found, T? Message) next)
    {
        _current = next.Message;
        _ended = !next.Found;
        return next.Found;
    }
}
