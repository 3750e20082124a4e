using System.Net;
using System.Text;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Echo;
using Engine.LoadTests.Measuring;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Engine.LoadTests.Bench;

/// <summary>Calls that do nothing: what client, network stack and server cost by themselves.</summary>
internal sealed class EchoLoad(Uri address, TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(ApiChannel.CreateHandler());
    private readonly GrpcChannel _channel = ApiChannel.Create(address);
    private readonly Uri _url = new(address, EchoServerCommand.Path);
    private readonly byte[] _bytes = Encoding.ASCII.GetBytes(Payload.Text);

    public Task<LoadResult> RunHttp2Async(int concurrency, LoadLimits limits, CancellationToken cancellationToken) =>
        ClosedLoop.RunAsync(concurrency, limits, time, async (_, _, token) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _url);
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            request.Content = new ByteArrayContent(_bytes);
            using var response = await _http.SendAsync(request, token);
            var body = await response.Content.ReadAsByteArrayAsync(token);
            if (response.StatusCode != HttpStatusCode.OK || !body.AsSpan().SequenceEqual(_bytes))
                throw new InvalidOperationException("The HTTP/2 echo did not answer with what it got.");
        }, cancellationToken);

    public Task<LoadResult> RunGrpcAsync(int concurrency, LoadLimits limits, CancellationToken cancellationToken)
    {
        var client = new EchoService.EchoServiceClient(_channel);
        var request = new EchoRequest { Payload = ByteString.CopyFrom(_bytes) };
        return ClosedLoop.RunAsync(concurrency, limits, time, async (_, _, token) =>
        {
            var response = await client.EchoAsync(request, cancellationToken: token);
            if (!response.Payload.Equals(request.Payload))
                throw new InvalidOperationException("The gRPC echo did not answer with what it got.");
        }, cancellationToken);
    }

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }
}
