using Engine.Api.Cluster;
using Engine.Api.Health;
using Engine.Api.Telemetry;
using Engine.Grains.Cluster;
using Engine.Silo.CommandLine;
using Engine.Silo.Configuration;
using Engine.Silo.Hosting;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Engine.Silo.Cluster;

/// <summary>Tells the cluster's directory of processes, every few seconds, what this one is and does.</summary>
internal sealed partial class ProcessReporter(
    IServiceProvider services, EngineOptions options, StopRequests stops, IServingStatus serving, IApiCounts counts,
    ILogger<ProcessReporter> logger)
    : BackgroundService, IProcess
{
    private static readonly TimeSpan FarewellMax = TimeSpan.FromSeconds(1);
    private readonly Guid _id = Guid.NewGuid();
    private readonly DateTimeOffset _startTime = TimeProvider.System.GetUtcNow();
    private readonly Lock _gate = new();
    private long _callsBefore;
    private long _readAt = TimeProvider.System.GetTimestamp();
    private double _callsPerSecond;

    public string Name => services.GetService<ILocalSiloDetails>() is { } silo
        ? MemberNames.Of(silo.SiloAddress)
        : MemberNames.OfGateway(_id);

    public string ClusterId => options.ClusterId;

    public TimeSpan DrainTimeout => options.DrainTimeout;

    public Member Describe()
    {
        lock (_gate)
        {
            return new Member
            {
                Name = Name,
                Role = options.Role switch
                {
                    EngineRole.Silo => MemberRole.Silo,
                    EngineRole.Gateway => MemberRole.Gateway,
                    _ => MemberRole.All,
                },
                State = stops.IsAsked ? MemberState.Leaving : MemberState.Active,
                ApiAddress = options.Listen.ToString(),
                Version = EngineCommandLine.Version,
                StartTime = Timestamp.FromDateTimeOffset(_startTime),
                ReportTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
                Serving = serving.State == ServingState.Serving,
                CallsPerSecond = _callsPerSecond,
                OpenStreams = counts.OpenStreams,
            };
        }
    }

    /// <summary>The call that asks for it finishes like any other under way.</summary>
    public void Drain() => stops.Ask();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await Directory.ForgetAsync(Name).WaitAsync(FarewellMax, cancellationToken);
        }
        catch (Exception fault)
        {
            // The directory forgets by itself, a little later.
            LogUnreported(logger, fault);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ProcessReports.Period, TimeProvider.System);
        do
        {
            Measure();
            try
            {
                await Directory.ReportAsync(Describe()).WaitAsync(ProcessReports.Period, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogUnreported(logger, fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(
            static tick => tick.IsCompletedSuccessfully && tick.Result, TaskScheduler.Default));
    }

    private IProcessDirectoryGrain Directory => services.GetRequiredService<IGrainFactory>().GetGrain<IProcessDirectoryGrain>(0);

    private void Measure()
    {
        lock (_gate)
        {
            var calls = counts.CallsEnded;
            var now = TimeProvider.System.GetTimestamp();
            var seconds = TimeProvider.System.GetElapsedTime(_readAt, now).TotalSeconds;
            _callsPerSecond = seconds > 0 ? Math.Round((calls - _callsBefore) / seconds, 1) : 0;
            (_callsBefore, _readAt) = (calls, now);
        }
    }

    [LoggerMessage(1020, LogLevel.Debug, "The process could not report to the cluster")]
    private static partial void LogUnreported(ILogger logger, Exception fault);
}
