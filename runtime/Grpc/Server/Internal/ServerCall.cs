using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// One call being served. A call ends exactly once, and three parties may want to end it: the handler by returning,
/// the handler by throwing, and the deadline's timer while the handler still runs. HTTP/2 allows one writer, so the
/// timer cannot simply write a status: the state below is the gate. Whoever moves it to <see cref="Ended"/> writes
/// the status; a timer that finds a message being written leaves a note and the writer ends the call in its place.
/// Without a deadline there is only the handler, and the gate costs nothing.
/// </summary>
internal sealed partial class ServerCall : ServerCallContext, IServerCallContextFeature
{
    private const int Open = 0;
    private const int Writing = 1;
    private const int WritingPastDeadline = 2;
    private const int Ended = 3;

    private static readonly AuthContext NoAuth = new(null, []);

    private readonly string _method;
    private readonly ILogger _logger;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private CallDeadline? _deadline;
    private Status _status;
    private int _state;

    public ServerCall(HttpContext http, string method, MethodOptions options, ILogger logger)
    {
        HttpContext = http;
        Options = options;
        _method = method;
        _logger = logger;
    }

    public HttpContext HttpContext { get; }

    public MethodOptions Options { get; }

    /// <summary>The encoding the caller's messages may have.</summary>
    public string? RequestEncoding { get; private set; }

    /// <summary>The encoding of responses; null for none.</summary>
    public string? ResponseEncoding { get; private set; }

    /// <summary>Whether a message is in the response, sent or not: then the status belongs into the trailers.</summary>
    public bool HasWrittenMessage { get; set; }

    public ServerCallContext ServerCallContext => this;

    protected override string MethodCore => _method;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            var connection = HttpContext.Connection;
            return connection.RemoteIpAddress switch
            {
                { AddressFamily: AddressFamily.InterNetwork } v4 => $"ipv4:{v4}:{connection.RemotePort}",
                { } v6 => $"ipv6:[{v6}]:{connection.RemotePort}",
                null => "unknown",
            };
        }
    }

    protected override DateTime DeadlineCore => _deadline?.At ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= HeaderReader.Read(HttpContext.Request.Headers);

    protected override CancellationToken CancellationTokenCore => _deadline?.Token ?? HttpContext.RequestAborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??=
        HttpContext.Connection.ClientCertificate is { } certificate ? PeerIdentity.Describe(certificate) : NoAuth;

    /// <summary>Reads what the headers say of the call and starts its deadline.</summary>
    public void Start(TimeProvider time)
    {
        HttpContext.Response.ContentType = Wire.ContentType;
        var headers = HttpContext.Request.Headers;
        if (headers.TryGetValue(Wire.TimeoutHeader, out var timeoutText)
            && TimeoutEncoding.TryDecode(timeoutText.ToString(), out var timeout))
        {
            _deadline = new CallDeadline(this, timeout, time);
        }

        if (headers.GrpcEncoding is { Count: > 0 } encoding)
        {
            RequestEncoding = encoding.ToString();
        }

        if (Options.ResponseEncoding is { } algorithm && algorithm != Wire.Identity)
        {
            Compress(algorithm);
        }

        // By type, as every feature here: the generic methods of the collection take a slow virtual call each.
        HttpContext.Features[typeof(IServerCallContextFeature)] = this;
    }

    /// <summary>Compresses the responses, if the caller accepts that.</summary>
    private void Compress(string algorithm)
    {
        foreach (var accepted in HttpContext.Request.Headers.GrpcAcceptEncoding)
        {
            foreach (var part in new StringTokenizer(accepted ?? "", [',']))
            {
                if (part.Trim().Equals(algorithm, StringComparison.OrdinalIgnoreCase)
                    && Options.CompressionProviders.ContainsKey(algorithm))
                {
                    ResponseEncoding = algorithm;
                    HttpContext.Response.Headers.GrpcEncoding = algorithm;
                    return;
                }
            }
        }
    }

    /// <summary>To be called before every message; false when the call has ended.</summary>
    public bool TryBeginWrite() => _deadline is null
        ? _state == Open
        : Interlocked.CompareExchange(ref _state, Writing, Open) == Open;

    /// <summary>To be called after every message.</summary>
    public void EndWrite()
    {
        if (_deadline is not null && Interlocked.CompareExchange(ref _state, Open, Writing) == WritingPastDeadline)
        {
            Volatile.Write(ref _state, Ended);
            WriteDeadlineExceeded();
        }
    }

    /// <summary>For the handler's side: true means it may write what ends the call.</summary>
    public bool TryEnd()
    {
        if (_deadline is null)
        {
            _state = Ended;
            return true;
        }

        var previous = Interlocked.CompareExchange(ref _state, Ended, Open);
        _deadline.Stop();
        return previous == Open;
    }

    /// <summary>By the deadline's timer.</summary>
    public void OnDeadline()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Open when Interlocked.CompareExchange(ref _state, Ended, Open) == Open:
                    WriteDeadlineExceeded();
                    return;
                case Writing when Interlocked.CompareExchange(ref _state, WritingPastDeadline, Writing) == Writing:
                    // Not by a token: to the server a cancelled flush is a broken response, and it resets the stream.
                    HttpContext.Response.BodyWriter.CancelPendingFlush();
                    return;
                case WritingPastDeadline:
                case Ended:
                    return;
            }
        }
    }

    public void ReleaseDeadline() => _deadline?.Release();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        var response = HttpContext.Response;
        if (response.HasStarted || HasWrittenMessage)
        {
            throw new InvalidOperationException("Response headers can only be sent once per call.");
        }

        foreach (var entry in responseHeaders)
        {
            if (entry.Key == Metadata.CompressionRequestAlgorithmMetadataKey)
            {
                ResponseEncoding = null;
                response.Headers.Remove(Wire.EncodingHeader);
                if (entry.Value != Wire.Identity)
                {
                    Compress(entry.Value);
                }
            }
            else
            {
                response.Headers.Append(entry.Key, entry.IsBinary ? BinaryHeader.Encode(entry.RawBytes) : entry.Value);
            }
        }

        return FlushHeadersAsync(response);
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotImplementedException("CreatePropagationToken will be implemented in a future version.");

    private async Task FlushHeadersAsync(HttpResponse response)
    {
        if (!TryBeginWrite())
        {
            throw new InvalidOperationException("Can't write headers because the request is complete.");
        }

        try
        {
            await response.BodyWriter.FlushAsync();
        }
        finally
        {
            EndWrite();
        }
    }
}
