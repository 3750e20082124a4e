using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>The streams of a call.</summary>
internal sealed partial class Call<TRequest, TResponse> : IAsyncStreamReader<TResponse>, IClientStreamWriter<TRequest>
{
    private StreamContent? _requests;
    private PayloadBuffer? _writeBuffer;
    private Task<HttpResponseMessage?>? _starting;
    private Task? _ending;
    private Stream? _responseStream;
    private TResponse? _current;
    private WriteOptions? _writeOptions;
    private int _isReading;
    private int _isWriting;
    private bool _requestsCompleted;

    TResponse IAsyncStreamReader<TResponse>.Current =>
        _current ?? throw new InvalidOperationException("No value has been read from the stream yet.");

    WriteOptions? IAsyncStreamWriter<TRequest>.WriteOptions
    {
        get => _writeOptions ?? Options.WriteOptions;
        set => _writeOptions = value;
    }

    Task<bool> IAsyncStreamReader<TResponse>.MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isReading, 1) == 1)
        {
            return Task.FromException<bool>(new InvalidOperationException(
                "Can't read the next message because the previous read is still in progress."));
        }

        // Further messages of one read need no waiting.
        if (_responseStream is not null && !IsFinished && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (_reader.TryTake(this, out _current))
                {
                    Volatile.Write(ref _isReading, 0);
                    return Task.FromResult(true);
                }
            }
            catch (Exception exception)
            {
                var failure = Fail(exception, Reading);
                Volatile.Write(ref _isReading, 0);
                return Task.FromException<bool>(failure);
            }
        }

        return MoveNextAsync(cancellationToken);
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
        _requests!.Complete();
        return Task.CompletedTask;
    }

    protected override void OnDisposed()
    {
        // With no read under way nobody else would notice.
        if (_starting is { IsCompleted: true } && Interlocked.Exchange(ref _isReading, 1) == 0)
        {
            Fail(new OperationCanceledException(), Reading);
            _reader.Dispose();
            Volatile.Write(ref _isReading, 0);
        }
    }

    private async Task<HttpResponseMessage?> StartAsync(Func<HttpContent> content)
    {
        try
        {
            var response = await SendAsync(content()).ConfigureAwait(false);
            OnResponse(response);
            _requests?.OnAnswered();
            if (TryFinishTrailersOnly(response))
            {
                return null;
            }

            _responseStream = response.Content.ReadAsStream(Token);
            return response;
        }
        catch (Exception exception)
        {
            // Seen by whoever reads next, or asks for the headers or the status.
            Fail(exception, Starting);
            return null;
        }
    }

    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static call => ((CallBase)call!).CancelByToken(), this);
        try
        {
            var response = await _starting!.ConfigureAwait(false);
            while (!IsFinished)
            {
                if (_reader.TryTake(this, out _current))
                {
                    return true;
                }

                if (!await _reader.FillAsync(_responseStream!, Token).ConfigureAwait(false))
                {
                    if (_reader.HasRest)
                    {
                        throw new RpcException(new Status(StatusCode.Internal, "Incomplete message."));
                    }

                    FinishFromTrailers(response!);
                }
            }

            _current = null;
            _reader.Dispose();
            return Succeeded ? false : throw Outcome();
        }
        catch (Exception exception) when (!IsFinished)
        {
            var failure = Fail(exception, Reading);
            _reader.Dispose();
            throw failure;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException or IOException)
        {
            // A writer has noticed the end before.
            throw Outcome();
        }
        finally
        {
            Volatile.Write(ref _isReading, 0);
        }
    }

    private async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (_requestsCompleted)
        {
            throw new InvalidOperationException("Request stream has already been completed.");
        }

        if (IsFinished)
        {
            throw Succeeded
                ? new InvalidOperationException("Can't write the message because the call is complete.")
                : Outcome();
        }

        if (Interlocked.Exchange(ref _isWriting, 1) == 1)
        {
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }

        using var registration = cancellationToken.UnsafeRegister(
            static call => ((CallBase)call!).CancelByToken(), this);
        var framing = false;
        try
        {
            var stream = await _requests!.ClaimAsync().ConfigureAwait(false);
            var options = _writeOptions ?? Options.WriteOptions;
            var frame = _writeBuffer ??= new PayloadBuffer(0);
            frame.Clear();
            framing = true;
            Frame(message, frame, options);
            framing = false;
            await stream.WriteAsync(frame.WrittenMemory, Token).ConfigureAwait(false);
            if (((options?.Flags ?? default) & WriteFlags.BufferHint) == 0)
            {
                await stream.FlushAsync(Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            if (!framing && !IsFinished && !Token.IsCancellationRequested)
            {
                // The stream is over. What ended it comes by itself, unless there are messages to be read before it.
                await (_ending ?? _starting!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            throw WriteFailure(exception);
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    private Exception WriteFailure(Exception exception)
    {
        if (exception is RpcException or InvalidOperationException and not ObjectDisposedException)
        {
            return exception;
        }

        if (IsFinished)
        {
            return Succeeded
                ? new InvalidOperationException("Can't write the message because the call is complete.", exception)
                : Outcome();
        }

        return Token.IsCancellationRequested ? Fail(exception, "Error writing message.")
            : exception is OperationCanceledException ? EndedByServer()
            : new RpcException(FailureOf(exception, "Error writing message."));
    }

    /// <summary>The server takes no more messages; its status is for the reader to find, who may find messages first.</summary>
    public static RpcException EndedByServer() => new(new Status(
        StatusCode.Cancelled, "The server ended the call before it had taken the message; its status comes after the responses."));
}
