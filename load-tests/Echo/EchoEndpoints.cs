using Grpc.Core;

namespace Engine.LoadTests.Echo;

/// <summary>The gRPC echo.</summary>
internal sealed class EchoEndpoints : EchoService.EchoServiceBase
{
    public override Task<EchoResponse> Echo(EchoRequest request, ServerCallContext context) =>
        Task.FromResult(new EchoResponse { Payload = request.Payload });
}
