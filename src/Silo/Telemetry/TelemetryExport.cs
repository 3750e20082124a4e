using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Engine.Silo.Telemetry;

/// <summary>Makes the providers with the host, and sends what they still have when it stops.</summary>
internal sealed class TelemetryExport(MeterProvider meters, TracerProvider tracers) : IHostedService
{
    private const int FlushMsMax = 2_000;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            tracers.ForceFlush(FlushMsMax);
            meters.ForceFlush(FlushMsMax);
        },
        CancellationToken.None);
}
