using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>The streams of a call with several attempts.</summary>
internal sealed partial class RetryCall<TRequest, TResponse> : IAsyncStreamReader<TResponse>, IClientStreamWriter<TRequest>
{
    private WriteOptions? _writeOptions;
    private int _isWriting;
    private bool _requestsCompleted;

    TResponse IAsyncStreamReader<TResponse>.Current => _final.Task.IsCompletedSuccessfully
        ? ((IAsyncStreamReader<TResponse>)_final.Task.Result.Call).Current
        : throw new InvalidOperationException("No value has been read from the stream yet.");

    WriteOptions? IAsyncStreamWriter<TRequest>.WriteOptions
    {
        get => _writeOptions ?? _options.WriteOptions;
        set => _writeOptions = value;
    }

    async Task<bool> IAsyncStreamReader<TResponse>.MoveNext(CancellationToken cancellationToken)
    {
        if (!_final.Task.IsCompleted)
        {
            using var registration = cancellationToken.UnsafeRegister(
                static call => ((RetryCall<TRequest, TResponse>)call!).CancelByToken(), this);
            await _final.Task.ConfigureAwait(false);
        }

        var attempt = (IAsyncStreamReader<TResponse>)_final.Task.Result.Call;
        return await attempt.MoveNext(cancellationToken).ConfigureAwait(false);
    }

    Task IAsyncStreamWriter<TRequest>.WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    Task IAsyncStreamWriter<TRequest>.WriteAsync(TRequest message, CancellationToken cancellationToken) =>
        WriteAsync(message, cancellationToken);

    Task IClientStreamWriter<TRequest>.CompleteAsync()
    {
        if (Volatile.Read(ref _isWriting) == 1)
        {
            return Task.FromException(new InvalidOperationException(
                "Can't complete the client stream writer because the previous write is in progress."));
        }

        _requestsCompleted = true;
        _log.Complete();
        return Task.CompletedTask;
    }

    /// <summary>Returns when an attempt has sent the message: the speed is that of the connection.</summary>
    private async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (_requestsCompleted)
        {
            throw new InvalidOperationException("Request stream has already been completed.");
        }

        if (Interlocked.Exchange(ref _isWriting, 1) == 1)
        {
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }

        using var registration = cancellationToken.UnsafeRegister(
            static call => ((RetryCall<TRequest, TResponse>)call!).CancelByToken(), this);
        try
        {
            if (Volatile.Read(ref _owner) is { Call.HasEnded: true })
            {
                throw AfterEnd();
            }

            if (!_log.Append(Frame(message), out var index))
            {
                CommitToFurthest();
            }

            if (!await _log.SentAsync(index).ConfigureAwait(false))
            {
                throw AfterEnd();
            }
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    private byte[] Frame(TRequest message)
    {
        try
        {
            return _latest.Call.FrameOf(message, _writeOptions ?? _options.WriteOptions);
        }
        catch (Exception exception) when (exception is not (RpcException or InvalidOperationException))
        {
            throw new RpcException(FailureMapper.Map("Error writing message.", exception));
        }
    }

    /// <summary>The messages are too many to keep: the attempt that has sent most of them is the only one from here.</summary>
    private void CommitToFurthest()
    {
        Attempt? furthest;
        lock (_lock)
        {
            furthest = _running.MaxBy(static r => r.Content.Sent);
        }

        // Between two attempts there is none; the next one will be the last.
        if (furthest is not null)
        {
            Commit(furthest);
        }
    }

    private Exception AfterEnd()
    {
        var call = Known();
        return !call.HasEnded ? Call<TRequest, TResponse>.EndedByServer()
            : call.GetStatus().StatusCode == StatusCode.OK
            ? new InvalidOperationException("Can't write the message because the call is complete.")
            : call.OutcomeNow();
    }
}
