using Engine.Silo.CommandLine;
using Engine.Silo.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Engine.Silo.Telemetry;

/// <summary>
/// Sends metrics, traces and logs to a collector when the operator names one. Without one nothing is listened to, and
/// measuring costs next to nothing.
/// </summary>
internal static class TelemetrySetup
{
    /// <summary>Engine's own, those of the runtimes, and .NET's. Others name peers and files.</summary>
    private static readonly string[] Meters = ["Engine.*", "Microsoft.Orleans", "Orleans.*", "System.Runtime"];

    private static readonly string[] Sources = ["Engine.*", "Microsoft.Orleans.Application"];

    public static void Add(WebApplicationBuilder builder, EngineOptions options)
    {
        if (options.OtlpEndpoint is null)
            return;
        var resource = ResourceBuilder.CreateEmpty().AddService(
            "engine", serviceVersion: EngineCommandLine.Version, serviceInstanceId: Guid.NewGuid().ToString("N"))
            .AddAttributes([new("engine.role", options.Role.ToString().ToLowerInvariant()), new("engine.cluster", options.ClusterId)]);

        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(resource);
            logs.IncludeFormattedMessage = true;
            logs.AddOtlpExporter(exporter => SetEndpoint(exporter, options, "v1/logs"));
        });
        TracedJournal.Add(builder.Services);
        builder.Services.AddHostedService<ProcessMetrics>();
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Meters)
            .AddOtlpExporter((exporter, reader) =>
            {
                SetEndpoint(exporter, options, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = MetricPeriodMs;
            })
            .Build());
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceRatio)))
            .AddSource(Sources)
            .AddProcessor(new AttributeGuard())
            .AddOtlpExporter(exporter => SetEndpoint(exporter, options, "v1/traces"))
            .Build());
        builder.Services.AddHostedService<TelemetryExport>();
    }

    private const int MetricPeriodMs = 10_000;

    // Over gRPC the endpoint is a host; over HTTP each signal has a path below the given one.
    private static void SetEndpoint(OtlpExporterOptions exporter, EngineOptions options, string path)
    {
        var endpoint = options.OtlpEndpoint!;
        if (endpoint.AbsolutePath == "/")
        {
            (exporter.Protocol, exporter.Endpoint) = (OtlpExportProtocol.Grpc, endpoint);
            return;
        }

        var root = endpoint.AbsolutePath.TrimEnd('/');
        if (root.EndsWith("/v1", StringComparison.Ordinal))
            root = root[..^"/v1".Length];
        (exporter.Protocol, exporter.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri(endpoint, $"{root}/{path}"));
    }
}
