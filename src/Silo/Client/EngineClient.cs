using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Engine.Silo.Client;

/// <summary>A channel to an engine, and the key that calls carry.</summary>
internal sealed class EngineClient : IDisposable
{
    private readonly GrpcChannel _channel;

    public EngineClient(Uri target)
    {
        Target = target;
        _channel = GrpcChannel.ForAddress(target, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
        });
        Anonymous = _channel.CreateCallInvoker();
    }

    public Uri Target { get; }

    /// <summary>Calls without a key: health, reflection.</summary>
    public CallInvoker Anonymous { get; }

    /// <summary>Calls as the holder of a key.</summary>
    public CallInvoker As(string key) => Anonymous.Intercept(headers =>
    {
        headers.Add("authorization", $"Bearer {key}");
        return headers;
    });

    public void Dispose() => _channel.Dispose();
}
