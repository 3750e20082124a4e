using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// One HTTP request that is one call, whatever the types of its messages. It ends once, with the status the server
/// sent or with the reason it never did: the caller's token, its disposal, the deadline, or a failure on the way.
/// All of these cancel the same source; which one it was is noted first, because the exception does not tell.
/// </summary>
internal abstract class CallBase : IDisposable
{
    // Timers take at most 49 days.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _token;
    private readonly CancellationTokenRegistration _registration;
    private TaskCompletionSource<Metadata>? _headers;
    private HttpResponseMessage? _response;
    private HttpContent? _content;
    private RpcException? _failure;
    private Metadata? _trailers;
    private Status _status;
    private EndReason _reason;
    private bool _trailersOnly;
    private bool _finished;

    protected CallBase(GrpcChannel channel, MethodRoute route, string? host, in CallOptions options, MethodType type)
    {
        Channel = channel;
        Route = route;
        Host = host;
        Options = options;
        Deadline = CheckDeadline(options.Deadline);
        SharesSource = type == MethodType.Unary && channel.KeepsTokens && !HasCredentials && Deadline == DateTime.MaxValue;
        var spare = channel.ActiveCalls.Add(this);
        _source = Deadline == DateTime.MaxValue
            ? spare ?? new CancellationTokenSource()
            : new CancellationTokenSource(Remaining(), channel.Time);
        _token = _source.Token;
        if (options.CancellationToken.CanBeCanceled)
        {
            _registration = options.CancellationToken.UnsafeRegister(
                static call => ((CallBase)call!).Cancel(EndReason.Token), this);
        }
    }

    protected enum EndReason
    {
        None,
        Token,
        Disposed,
    }

    public static Func<object, Task<Metadata>> HeadersFunction { get; } = static call => ((CallBase)call).HeadersAsync();

    public static Func<object, Status> StatusFunction { get; } = static call => ((CallBase)call).GetStatus();

    public static Func<object, Metadata> TrailersFunction { get; } = static call => ((CallBase)call).GetTrailers();

    public static Action<object> DisposeFunction { get; } = static call => ((CallBase)call).Dispose();

    /// <summary>Whether the server has begun to answer, with more than a bare status: then the call is not tried again.</summary>
    public bool HasResponse => _response is { } response && !_trailersOnly && ResponseHeadersReader.Validate(response) is null;

    public bool HasEnded => IsFinished;

    /// <summary>The server's headers, or those of a bare status.</summary>
    public HttpResponseMessage? Response => _response;

    /// <summary>Looked up when a message says that it is compressed: most are not.</summary>
    public string? ResponseEncoding =>
        _response is { } response && response.Headers.NonValidated.TryGetValues(Wire.EncodingHeader, out var encoding)
            ? encoding.ToString()
            : null;

    /// <summary>
    /// Whether the call's source of cancellation may have served another call and may serve a next one: if nobody can
    /// have kept a token of it, and no timer may cancel it late.
    /// </summary>
    public bool SharesSource { get; }

    /// <summary>The list's own.</summary>
    public CallBase? NextActive { get; set; }

    /// <inheritdoc cref="NextActive"/>
    public CallBase? PreviousActive { get; set; }

    /// <summary>For <c>grpc-previous-rpc-attempts</c>.</summary>
    public int PreviousAttempts { get; init; }

    protected GrpcChannel Channel { get; }

    protected MethodRoute Route { get; }

    protected CallOptions Options { get; }

    protected DateTime Deadline { get; }

    /// <summary>Of use after the end of the call as well.</summary>
    protected CancellationToken Token => _token;

    protected string? RequestEncoding { get; private set; }

    protected bool IsFinished => Volatile.Read(ref _finished);

    private string? Host { get; }

    private bool HasCredentials => Options.Credentials is not null || Channel.CallCredentials.Count > 0;

    public Task<Metadata> HeadersAsync()
    {
        lock (_lock)
        {
            if (_headers is null)
            {
                _headers = new TaskCompletionSource<Metadata>(TaskCreationOptions.RunContinuationsAsynchronously);
                CompleteHeaders();
            }

            return _headers.Task;
        }
    }

    /// <summary>A disposed call is over for its caller at once, although its end may still be on its way.</summary>
    public Status GetStatus() => IsFinished ? _status
        : _reason == EndReason.Disposed ? CancelledStatus()
        : throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers() => IsFinished
        ? ReadTrailers()
        : throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");

    public void Dispose()
    {
        if (!IsFinished)
        {
            Cancel(EndReason.Disposed);
            OnDisposed();
        }
    }

    /// <summary>What the caller of an ended call that did not succeed gets to see.</summary>
    public Exception OutcomeNow() => Outcome();

    public void CancelByToken() => Cancel(EndReason.Token);

    /// <summary>Ends a call nobody waits for.</summary>
    protected virtual void OnDisposed()
    {
    }

    protected void Cancel(EndReason reason)
    {
        lock (_lock)
        {
            if (_finished)
            {
                return;
            }

            if (_reason == EndReason.None)
            {
                _reason = reason;
            }
        }

        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Finished at the same moment.
        }
    }

    /// <summary>Sends the request; what comes back is for <see cref="OnResponse"/>.</summary>
    protected Task<HttpResponseMessage> SendAsync(HttpContent content)
    {
        _content = content;
        if (Channel.Connections.OnlyServer is not { } server
            || Options.IsWaitForReady || HasCredentials)
        {
            return ChooseAndSendAsync(content);
        }

        // With nothing to choose or to wait for there is nothing to try again either.
        Token.ThrowIfCancellationRequested();
        return Channel.Invoker.SendAsync(CreateRequest(server.Uri, Options.Headers, content), Token);
    }

    private async Task<HttpResponseMessage> ChooseAndSendAsync(HttpContent content)
    {
        var headers = Options.Headers;
        if (HasCredentials)
        {
            headers = await WithCredentialsAsync(headers).ConfigureAwait(false);
        }

        var backoff = default(Backoff);
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            var server = await Channel.Connections.PickAsync(Options.IsWaitForReady, Token).ConfigureAwait(false);
            var request = CreateRequest(server.Uri, headers, content);
            try
            {
                var response = await Channel.Invoker.SendAsync(request, Token).ConfigureAwait(false);
                server.Succeeded();
                return response;
            }
            catch (HttpRequestException exception) when (FailureMapper.IsConnectFailure(exception))
            {
                if (server.Failed(exception))
                {
                    continue;
                }

                if (!Options.IsWaitForReady)
                {
                    throw;
                }

                // Nothing was sent, so trying again cannot repeat anything.
                await backoff.WaitAsync(Channel, Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes the headers of the response.</summary>
    protected void OnResponse(HttpResponseMessage response)
    {
        lock (_lock)
        {
            _response = response;
            _trailersOnly = response.Headers.NonValidated.Contains(Wire.StatusHeader);
            if (_headers is not null)
            {
                CompleteHeaders();
            }

            if (_finished)
            {
                response.Dispose();
            }
        }
    }

    /// <summary>Whether a bare status is all the server sent; the call has ended then.</summary>
    protected bool TryFinishTrailersOnly(HttpResponseMessage response)
    {
        if (ResponseHeadersReader.Validate(response) is { } invalid)
        {
            Finish(invalid);
            return true;
        }

        if (_trailersOnly)
        {
            ResponseHeadersReader.TryReadStatus(response.Headers, out var status);
            Finish(status);
            return true;
        }

        return false;
    }

    /// <summary>Takes the status the server sent after the last message.</summary>
    protected void FinishFromTrailers(HttpResponseMessage response) => Finish(
        ResponseHeadersReader.TryReadStatus(response.TrailingHeaders, out var status)
            ? status
            : new Status(StatusCode.Cancelled, "No grpc-status found on response."));

    /// <summary>Ends the call; of several endings the first one counts.</summary>
    protected void Finish(Status status)
    {
        bool neverCancelled;
        lock (_lock)
        {
            if (_finished)
            {
                return;
            }

            neverCancelled = _reason == EndReason.None;
            _status = status;
            Volatile.Write(ref _finished, true);
            if (_headers is not null)
            {
                CompleteHeaders();
            }
        }

        _registration.Dispose();
        OnFinished();
        _content?.Dispose();
        _response?.Dispose();
        var isSpare = SharesSource && Succeeded && neverCancelled && _source.TryReset();
        Channel.ActiveCalls.Remove(this, isSpare ? _source : null);
        if (!isSpare)
        {
            _source.Dispose();
        }
    }

    protected virtual void OnFinished()
    {
    }

    /// <summary>By a call that has finished: a message on its way would wait for a server that takes no more.</summary>
    protected void CancelSending() => _source.Cancel();

    /// <summary>Ends the call for an exception, unless it has ended, and says what its caller gets to see.</summary>
    protected Exception Fail(Exception exception, string what)
    {
        if (!IsFinished)
        {
            Finish(exception switch
            {
                RpcException rpc => rpc.Status,
                OperationCanceledException when _source.IsCancellationRequested => CancelledStatus(),
                _ when _source.IsCancellationRequested => CancelledStatus(),
                _ => FailureOf(exception, what),
            });
        }

        return Outcome();
    }

    /// <summary>What a failure of the connection or the stream means for the call.</summary>
    protected Status FailureOf(Exception exception, string what) =>
        // Servers end a call at its deadline too, and their word may come before our own timer's.
        Deadline != DateTime.MaxValue && Channel.Time.GetUtcNow().UtcDateTime >= Deadline
            ? new Status(StatusCode.DeadlineExceeded, string.Empty, exception)
            : FailureMapper.Map(what, exception);

    /// <summary>The exception a call that did not end with OK has for its caller: always the same one.</summary>
    protected Exception Outcome()
    {
        if (Channel.Options.ThrowOperationCanceledOnCancellation
            && _status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded)
        {
            return new OperationCanceledException(_status.Detail, Failure(), Options.CancellationToken);
        }

        return Failure();
    }

    protected bool Succeeded => _status.StatusCode == StatusCode.OK;

    private RpcException Failure()
    {
        lock (_lock)
        {
            return _failure ??= new RpcException(_status, ReadTrailers());
        }
    }

    private Status CancelledStatus() => _reason switch
    {
        EndReason.Token => new Status(StatusCode.Cancelled, "Call canceled by the client."),
        EndReason.Disposed => new Status(StatusCode.Cancelled, "gRPC call disposed."),
        _ => new Status(StatusCode.DeadlineExceeded, string.Empty),
    };

    /// <summary>Under the lock.</summary>
    private void CompleteHeaders()
    {
        try
        {
            if (_response is not null)
            {
                _headers!.TrySetResult(ResponseHeadersReader.ReadMetadata(_response.Headers));
            }
            else if (_finished)
            {
                _headers!.TrySetException(Outcome());
                _ = _headers.Task.Exception;
            }
        }
        catch (RpcException exception)
        {
            _headers!.TrySetException(exception);
            _ = _headers.Task.Exception;
        }
    }

    private Metadata ReadTrailers()
    {
        lock (_lock)
        {
            if (_trailers is null)
            {
                try
                {
                    _trailers = _response is null ? []
                        : ResponseHeadersReader.ReadMetadata(_trailersOnly ? _response.Headers : _response.TrailingHeaders);
                }
                catch (RpcException)
                {
                    _trailers = [];
                }
            }

            return _trailers;
        }
    }

    private HttpRequestMessage CreateRequest(Uri server, Metadata? headers, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Route.UriAt(server))
        {
            Version = Channel.HttpVersion,
            VersionPolicy = Channel.HttpVersionPolicy,
            Content = content,
        };
        RequestHeaders.AddStandard(request, Channel);
        if ((Host ?? Channel.Connections.Authority) is { } host)
        {
            request.Headers.Host = host;
        }

        if (Deadline != DateTime.MaxValue)
        {
            request.Headers.TryAddWithoutValidation(Wire.TimeoutHeader, TimeoutEncoding.Encode(Remaining()));
        }

        if (PreviousAttempts > 0)
        {
            request.Headers.TryAddWithoutValidation(
                Wire.PreviousAttemptsHeader, PreviousAttempts.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        if (headers is { Count: > 0 } && RequestHeaders.AddMetadata(request, headers) is { } encoding)
        {
            RequestEncoding = encoding;
            request.Headers.TryAddWithoutValidation(Wire.EncodingHeader, encoding);
        }

        return request;
    }

    private async Task<Metadata?> WithCredentialsAsync(Metadata? headers)
    {
        var credentials = Channel.CallCredentials.AsEnumerable();
        if (Options.Credentials is { } own)
        {
            credentials = credentials.Append(own);
        }

        if (!Channel.SendsCallCredentials)
        {
            return headers;
        }

        var all = new Metadata();
        foreach (var entry in headers ?? [])
        {
            all.Add(entry);
        }

        await CallCredentialsRunner.ApplyAsync(
            credentials, new AuthInterceptorContext(Route.ServiceUrl, MethodName, Token), all).ConfigureAwait(false);
        return all;
    }

    protected abstract string MethodName { get; }

    /// <summary>The encoding the caller asked for, before the request is made: messages are framed first.</summary>
    protected string? WantedEncoding =>
        Options.Headers is { Count: > 0 } headers
        && headers.GetValue(Metadata.CompressionRequestAlgorithmMetadataKey) is { } wanted
        && wanted != Wire.Identity
            ? wanted
            : null;

    private TimeSpan Remaining()
    {
        var left = Deadline - Channel.Time.GetUtcNow().UtcDateTime;
        return left <= TimeSpan.Zero ? TimeSpan.Zero
            : left < LongestTimer ? left
            : LongestTimer;
    }

    private static DateTime CheckDeadline(DateTime? deadline)
    {
        if (deadline is not { } given || given == DateTime.MaxValue)
        {
            return DateTime.MaxValue;
        }

        return given.Kind == DateTimeKind.Utc || given == DateTime.MinValue
            ? given
            : throw new InvalidOperationException(
                "Deadline must have a kind DateTimeKind.Utc or be equal to DateTime.MaxValue or DateTime.MinValue.");
    }
}
