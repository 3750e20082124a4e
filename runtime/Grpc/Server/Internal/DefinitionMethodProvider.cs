using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Takes the methods of a definition that was mapped.</summary>
internal sealed class DefinitionMethodProvider : IServiceMethodProvider<DefinitionService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<DefinitionService> context)
    {
        if (context.Argument is ServerServiceDefinition definition)
        {
            definition.BindService(new Binder(context));
        }
    }

    private sealed class Binder(ServiceMethodProviderContext<DefinitionService> context) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, Core.UnaryServerMethod<TRequest, TResponse>? handler) =>
            context.AddUnaryMethod(method, Metadata(), (_, request, call) => handler!(request, call));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, Core.ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddClientStreamingMethod(method, Metadata(), (_, requests, call) => handler!(requests, call));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, Core.ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddServerStreamingMethod(
                method, Metadata(), (_, request, responses, call) => handler!(request, responses, call));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, Core.DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddDuplexStreamingMethod(
                method, Metadata(), (_, requests, responses, call) => handler!(requests, responses, call));

        private static List<object> Metadata() => [new HttpMethodMetadata(["POST"], acceptCorsPreflight: true)];
    }
}
