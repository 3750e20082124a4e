using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Internal;
using Grpc.Net.Compression;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grpc.Net.Client;

/// <summary>
/// A server, or a set of equal ones, and the connections to them. Expensive to make and safe to share: one for the
/// lifetime of a program.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly ConcurrentDictionary<IMethod, MethodRoute> _routes = new();
    private readonly HttpMessageInvoker _invoker;
    private readonly bool _disposeInvoker;
    private readonly ConnectionManager _connections;
    private bool _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.IsAbsoluteUri && address.Authority.Length > 0 ? address.Authority : address.ToString())
    {
        if (options.HttpClient is not null && options.HttpHandler is not null)
        {
            throw new ArgumentException(
                $"{nameof(GrpcChannelOptions.HttpClient)} and {nameof(GrpcChannelOptions.HttpHandler)} have been configured. Only one HTTP caller can be specified.");
        }

        var credentials = CredentialsReader.Read(options, address);
        Address = address;
        Secure = credentials.IsSecure;
        CallCredentials = credentials.CallCredentials;
        Options = options;
        MaxSendBytes = options.MaxSendMessageSize;
        MaxReceiveBytes = options.MaxReceiveMessageSize;
        KeepsTokens = options is { HttpClient: null, HttpHandler: null or SocketsHttpHandler };
        SendsCallCredentials = Secure || options.UnsafeUseInsecureChannelCallCredentials;
        HttpVersion = options.HttpVersion ?? System.Net.HttpVersion.Version20;
        HttpVersionPolicy = options.HttpVersionPolicy ?? System.Net.Http.HttpVersionPolicy.RequestVersionExact;
        Time = options.Resolve<TimeProvider>() ?? TimeProvider.System;
        LoggerFactory = options.LoggerFactory ?? options.Resolve<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        Logger = LoggerFactory.CreateLogger<GrpcChannel>();
        (CompressionProviders, AcceptEncoding) =
            MessageCompression.Describe(options.CompressionProviders ?? MessageCompression.Defaults());
        Retries = new RetryRegistry(options);
        _connections = new ConnectionManager(this);
        (_invoker, _disposeInvoker) = HttpInvokers.Create(options, _connections);
    }

    /// <summary>Not connected yet, connecting, connected, failing or disposed of.</summary>
    /// <remarks>Known only where the channel makes the connections: not with an <see cref="HttpClient"/> of the caller.</remarks>
    public ConnectivityState State => _connections.State;

    internal Uri Address { get; }

    internal bool Secure { get; }

    internal bool SendsCallCredentials { get; }

    /// <summary>Whether nothing but the framework's own handler gets to see the tokens of calls.</summary>
    internal bool KeepsTokens { get; }

    internal List<CallCredentials> CallCredentials { get; }

    internal GrpcChannelOptions Options { get; }

    internal int? MaxSendBytes { get; }

    internal int? MaxReceiveBytes { get; }

    internal Version HttpVersion { get; }

    internal HttpVersionPolicy HttpVersionPolicy { get; }

    internal TimeProvider Time { get; }

    internal ILoggerFactory LoggerFactory { get; }

    internal ILogger Logger { get; }

    internal Dictionary<string, ICompressionProvider> CompressionProviders { get; }

    internal string AcceptEncoding { get; }

    internal RetryRegistry Retries { get; }

    internal ActiveCalls ActiveCalls { get; } = new();

    internal ConnectionManager Connections => _connections;

    internal HttpMessageInvoker Invoker => _invoker;

    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ForAddress(new Uri(address), channelOptions);
    }

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <param name="address"><c>http</c> and <c>https</c> name a server; <c>dns</c> and <c>static</c> name a resolver.</param>
    /// <param name="channelOptions">Read once.</param>
    /// <exception cref="InvalidOperationException">The options do not fit each other or the address.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return new GrpcChannel(address, channelOptions);
    }

    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        return new HttpCallInvoker(this);
    }

    /// <summary>Connects without making a call; returns when the channel is ready, retrying until then.</summary>
    /// <exception cref="OperationCanceledException">Cancelled first.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        return _connections.ConnectAsync(cancellationToken);
    }

    /// <summary>Returns when the state is another one than the given.</summary>
    public Task WaitForStateChangedAsync(ConnectivityState lastObservedState, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        return _connections.WaitForChangeAsync(lastObservedState, cancellationToken);
    }

    /// <summary>Cancels the calls under way and closes the connections the channel owns.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        foreach (var call in ActiveCalls.Close())
        {
            call.Dispose();
        }

        if (_disposeInvoker)
        {
            _invoker.Dispose();
        }

        _connections.Dispose();
    }

    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    internal MethodRoute RouteOf(IMethod method) => _routes.TryGetValue(method, out var route)
        ? route
        : _routes.GetOrAdd(method, static (m, channel) => new MethodRoute(channel, m), this);

    internal void CheckNotDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
}
