using System.Collections.Frozen;
using Engine.Api.Errors;
using Engine.Api.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Hosting;
using Answer = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Engine.Api.Health;

/// <summary>grpc.health.v1: needs no key, so that load balancers can ask.</summary>
internal sealed class HealthApi(IServingStatus status, IHostApplicationLifetime lifetime) : Grpc.Health.V1.Health.HealthBase
{
    /// <summary>
    /// The name under which the process says that it is alive, whatever it can do now: for whoever would restart it. A
    /// process that waits for its database must not be restarted for it.
    /// </summary>
    public const string Liveness = "liveness";

    /// <summary>Empty: the whole server.</summary>
    private static readonly FrozenSet<string> Known =
        DescriptorIndex.Services.Select(static s => s.FullName).Append("").ToFrozenSet(StringComparer.Ordinal);

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        request.Service == Liveness ? Task.FromResult(ResponseOf(ServingState.Serving))
            : Known.Contains(request.Service)
            ? Task.FromResult(ResponseOf(status.State))
            : throw Refuse.NotFound(Reasons.ServiceNotFound, "There is no such service.");

    /// <summary>
    /// An unknown service is not an error here: by the protocol the stream says so and stays, since a service may be added
    /// later. Ours are fixed, but clients rely on the stream's staying open.
    /// </summary>
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var isToldServing = false;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            if (!Known.Contains(request.Service))
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = Answer.ServiceUnknown }, end.Token);
                await Task.Delay(Timeout.Infinite, end.Token);
            }

            var state = status.State;
            while (true)
            {
                await responseStream.WriteAsync(ResponseOf(state), end.Token);
                isToldServing = state == ServingState.Serving;
                state = await status.WaitForChangeAsync(state, end.Token);
            }
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            // The end of a stream may have many reasons; who watches should hear this one as a status too.
            if (isToldServing) await responseStream.WriteAsync(ResponseOf(ServingState.NotServing), context.CancellationToken);
            throw Refuse.Unavailable(Reasons.ServerDraining, "The server is going down.", retryAfterMs: 100);
        }
    }

    private static HealthCheckResponse ResponseOf(ServingState state) =>
        new() { Status = state == ServingState.Serving ? Answer.Serving : Answer.NotServing };
}
