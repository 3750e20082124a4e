using System.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Binds the methods generated code lists to those of the service class, as delegates that take the instance.</summary>
internal sealed class ServiceBinder<TService>(ServiceMethodProviderContext<TService> context) : ServiceBinderBase
    where TService : class
{
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Core.UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var (invoker, metadata) = Bind<Model.UnaryServerMethod<TService, TRequest, TResponse>>(
            method, [typeof(TRequest), typeof(ServerCallContext)]);
        context.AddUnaryMethod(method, metadata, invoker);
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Core.ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var (invoker, metadata) = Bind<Model.ClientStreamingServerMethod<TService, TRequest, TResponse>>(
            method, [typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext)]);
        context.AddClientStreamingMethod(method, metadata, invoker);
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Core.ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var (invoker, metadata) = Bind<Model.ServerStreamingServerMethod<TService, TRequest, TResponse>>(
            method, [typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)]);
        context.AddServerStreamingMethod(method, metadata, invoker);
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Core.DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var (invoker, metadata) = Bind<Model.DuplexStreamingServerMethod<TService, TRequest, TResponse>>(
            method,
            [typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)]);
        context.AddDuplexStreamingMethod(method, metadata, invoker);
    }

    private static (TDelegate Invoker, List<object> Metadata) Bind<TDelegate>(IMethod method, Type[] parameters)
        where TDelegate : Delegate
    {
        const BindingFlags Instance = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
        MethodInfo? found = null;
        for (var type = typeof(TService); type is not null && found is null; type = type.BaseType)
        {
            found = type.GetMethod(method.Name, Instance | BindingFlags.DeclaredOnly, parameters);
        }

        if (found is null)
        {
            throw new InvalidOperationException($"Could not find '{method.Name}' on {typeof(TService)}.");
        }

        List<object> metadata =
        [
            .. typeof(TService).GetCustomAttributes(inherit: true),
            .. found.GetCustomAttributes(inherit: true),
            // POST only; a preflight of a browser passes.
            new HttpMethodMetadata(["POST"], acceptCorsPreflight: true),
        ];
        return (found.CreateDelegate<TDelegate>(), metadata);
    }
}
