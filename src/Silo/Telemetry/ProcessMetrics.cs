using System.Diagnostics.Metrics;
using Engine.Api.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Engine.Silo.Telemetry;

/// <summary>What the process itself measures, under the meter <c>Engine.Silo</c>: whether it serves, and what it has in memory.</summary>
internal sealed partial class ProcessMetrics : BackgroundService
{
    public const string MeterName = "Engine.Silo";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly IServiceProvider _services;
    private readonly ILogger<ProcessMetrics> _logger;
    private readonly Meter _meter;
    private volatile SimpleGrainStatistic[] _activations = [];

    public ProcessMetrics(IServiceProvider services, IServingStatus serving, IMeterFactory meters, ILogger<ProcessMetrics> logger)
    {
        (_services, _logger) = (services, logger);
        _meter = meters.Create(MeterName);
        _meter.CreateObservableGauge(
            "engine.process.serving", () => serving.State == ServingState.Serving ? 1 : 0, "1", "1 while health says SERVING.");
        _meter.CreateObservableGauge(
            "engine.silo.activations",
            () => _activations.Select(static row => new Measurement<int>(
                row.ActivationCount, new KeyValuePair<string, object?>("engine.grain.type", row.GrainType))),
            "{activation}",
            "Actors in this silo's memory, by type, as of the last 5 seconds.");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_services.GetService<ILocalSiloDetails>() is not { } silo)
            return;
        using var timer = new PeriodicTimer(Period, TimeProvider.System);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                _activations = await _services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0)
                    .GetSimpleGrainStatistics([silo.SiloAddress]).WaitAsync(Period, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogUnread(_logger, fault);
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    [LoggerMessage(1030, LogLevel.Debug, "The activations could not be counted")]
    private static partial void LogUnread(ILogger logger, Exception fault);
}
