using Grpc.Core;

namespace Engine.Silo.Tests.Telemetry;

/// <summary>The three services of OTLP over gRPC. They differ in their names only, and their messages stay bytes here.</summary>
[BindServiceMethod(typeof(CollectorService), nameof(Bind))]
public sealed class CollectorService(Collector collector)
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    private static readonly string[] Services =
    [
        "opentelemetry.proto.collector.metrics.v1.MetricsService",
        "opentelemetry.proto.collector.trace.v1.TraceService",
        "opentelemetry.proto.collector.logs.v1.LogsService",
    ];

    /// <summary>Called by the server, once, without an instance.</summary>
    public static void Bind(ServiceBinderBase binder, CollectorService? service)
    {
        ArgumentNullException.ThrowIfNull(binder);
        foreach (var name in Services)
        {
            binder.AddMethod(
                new Method<byte[], byte[]>(MethodType.Unary, name, nameof(Export), Bytes, Bytes), (UnaryServerMethod<byte[], byte[]>?)null);
        }
    }

    /// <summary>Takes everything; an empty answer says so.</summary>
    public Task<byte[]> Export(byte[] request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        collector.Add(context.Method, request);
        return Task.FromResult<byte[]>([]);
    }
}
