using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The responses of a server or duplex streaming call. Every write waits for the connection, so a slow reader slows its handler.</summary>
internal sealed class ResponseStream<T>(ServerCall call, Action<T, SerializationContext> serializer) : IServerStreamWriter<T>
    where T : class
{
    private Task? _pending;
    private volatile bool _closed;

    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (message is null)
        {
            return Task.FromException(new ArgumentNullException(nameof(message)));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        if (_pending is { IsCompleted: false })
        {
            return Task.FromException(
                new InvalidOperationException("Can't write the message because the previous write is in progress."));
        }

        if (_closed || call.HttpContext.RequestAborted.IsCancellationRequested || !call.TryBeginWrite())
        {
            return Task.FromException(RequestIsComplete());
        }

        try
        {
            var options = call.WriteOptions;
            ResponseSink.Write(call, message, serializer, options);
            if (((options?.Flags ?? default) & WriteFlags.BufferHint) == 0)
            {
                var flush = call.HttpContext.Response.BodyWriter.FlushAsync(cancellationToken);
                if (!flush.IsCompletedSuccessfully)
                {
                    return _pending = AwaitAsync(flush);
                }

                // The token of an aborted request is cancelled by another thread. Handlers that went on meanwhile, writing to
                // nobody at full speed, could keep that thread from ever running.
                if (flush.Result.IsCompleted)
                {
                    throw RequestIsComplete();
                }
            }
        }
        catch (Exception exception)
        {
            call.EndWrite();
            return Task.FromException(exception);
        }

        call.EndWrite();
        return Task.CompletedTask;
    }

    /// <summary>The handler has returned; waits for a write it did not await.</summary>
    public Task CloseAsync()
    {
        _closed = true;
        return _pending is { IsCompleted: false } pending ? pending : Task.CompletedTask;
    }

    private static InvalidOperationException RequestIsComplete() => new("Can't write the message because the request is complete.");

    private async Task AwaitAsync(ValueTask<System.IO.Pipelines.FlushResult> flush)
    {
        try
        {
            var result = await flush;
            if (result.IsCanceled)
            {
                throw new OperationCanceledException("The deadline passed before the message was taken.");
            }

            if (result.IsCompleted)
            {
                throw RequestIsComplete();
            }
        }
        finally
        {
            call.EndWrite();
        }
    }
}
