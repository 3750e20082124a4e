using Engine.Silo.Configuration;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Engine.Silo.Telemetry;

/// <summary>Makes the providers with the host, and sends what they still have when it stops.</summary>
internal sealed class TelemetryExport(MeterProvider meters, TracerProvider tracers, EngineOptions options) : IHostedService
{
    /// <summary>A collector that does not answer must not hold up the end: two seconds, unless the operator allows more time to it.</summary>
    private const int ShareOfDrain = 15;

    private readonly int _flushMsMax = (int)(options.DrainTimeout / ShareOfDrain).TotalMilliseconds;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            tracers.ForceFlush(_flushMsMax);
            meters.ForceFlush(_flushMsMax);
        },
        CancellationToken.None);
}
