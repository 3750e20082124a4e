using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Net.Client.Internal;

/// <summary>One call of a method.</summary>
internal sealed partial class Call<TRequest, TResponse> : CallBase
    where TRequest : class
    where TResponse : class
{
    private const string Starting = "Error starting gRPC call.";
    private const string Reading = "Error reading next message.";

    private readonly Method<TRequest, TResponse> _method;
    private readonly ResponseReader<TResponse> _reader;

    public Call(GrpcChannel channel, MethodRoute route, Method<TRequest, TResponse> method, string? host, in CallOptions options)
        : base(channel, route, host, options, method.Type)
    {
        _method = method;
        _reader = new ResponseReader<TResponse>(channel, method.ResponseMarshaller.ContextualDeserializer);
    }

    protected override string MethodName => _method.Name;

    /// <summary>Told when the call is over.</summary>
    public Action? Ended { get; init; }

    /// <summary>One request, one response.</summary>
    public Task<TResponse> UnaryAsync(TRequest request) => OnlyResponseAsync(request, null);

    /// <summary>A stream of requests, one response.</summary>
    public Task<TResponse> ClientStreamingAsync()
    {
        var response = OnlyResponseAsync(_requests = new StreamContent());
        _ending = response;
        return response;
    }

    /// <summary>Requests that come from elsewhere, one response.</summary>
    public Task<TResponse> OnlyResponseAsync(HttpContent requests) => OnlyResponseAsync(null, requests);

    /// <summary>One request, a stream of responses.</summary>
    public void StartServerStreaming(TRequest request) => _starting = StartAsync(() => Frame(request));

    /// <summary>A stream each way.</summary>
    public void StartDuplexStreaming()
    {
        _requests = new StreamContent();
        _starting = StartAsync(() => _requests);
    }

    /// <summary>Requests that come from elsewhere, a stream of responses. Returns when the server has begun to answer or the call has ended.</summary>
    public Task StartResponses(HttpContent requests) => _starting = StartAsync(() => requests);

    /// <summary>A message as it goes over the wire.</summary>
    public byte[] FrameOf(TRequest request, WriteOptions? options)
    {
        using var frame = new PayloadBuffer(0);
        Frame(request, frame, options);
        return frame.WrittenSpan.ToArray();
    }

    /// <summary>Ends a call before it began.</summary>
    public void FailToStart(Exception exception)
    {
        _starting = Task.FromResult<HttpResponseMessage?>(null);
        Fail(exception, Starting);
    }

    protected override void OnFinished()
    {
        if (_requests is not null)
        {
            _requests.Abandon();
            CancelSending();
        }

        Ended?.Invoke();
    }

    private async Task<TResponse> OnlyResponseAsync(TRequest? request, HttpContent? requests)
    {
        try
        {
            var response = await SendAsync(requests ?? Frame(request!)).ConfigureAwait(false);
            OnResponse(response);
            if (TryFinishTrailersOnly(response))
            {
                throw Succeeded ? Missing() : Outcome();
            }

            TResponse? message = null;
            var stream = response.Content.ReadAsStream(Token);
            while (await _reader.FillAsync(stream, Token).ConfigureAwait(false))
            {
                if (message is null)
                {
                    _reader.TryTake(this, out message);
                }

                if (message is not null && _reader.HasRest)
                {
                    throw new RpcException(new Status(StatusCode.Internal, "Unexpected data after finished reading message."));
                }
            }

            if (message is null && _reader.HasRest)
            {
                throw new RpcException(new Status(StatusCode.Internal, "Incomplete message."));
            }

            FinishFromTrailers(response);
            if (!Succeeded)
            {
                throw Outcome();
            }

            return message ?? throw Missing();
        }
        catch (Exception exception)
        {
            throw Fail(exception, Starting);
        }
        finally
        {
            _reader.Dispose();
        }
    }

    private MessageContent Frame(TRequest request)
    {
        var frame = new PayloadBuffer(0);
        try
        {
            Frame(request, frame, Options.WriteOptions);
            return new MessageContent(frame);
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    private void Frame(TRequest request, PayloadBuffer frame, WriteOptions? options) => RequestFramer.Write(
        request, _method.RequestMarshaller.ContextualSerializer, frame, Channel.MaxSendBytes, CompressionFor(options));

    private ICompressionProvider? CompressionFor(WriteOptions? options)
    {
        if (WantedEncoding is not { } encoding || ((options?.Flags ?? default) & WriteFlags.NoCompress) != 0)
        {
            return null;
        }

        return Channel.CompressionProviders.TryGetValue(encoding, out var provider)
            ? provider
            : throw new InvalidOperationException($"Could not find compression provider for '{encoding}'.");
    }

    private static RpcException Missing() =>
        new(new Status(StatusCode.Internal, "Failed to deserialize response message."));
}
