using Engine.Api.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engine.Silo.Readiness;

/// <summary>
/// Keeps what health tells true.
/// </summary>
/// <remarks>
/// A process that said SERVING from its start to its end would draw calls that it can only fail: while the database
/// restarts, when its lease has run out, in a gateway that sees no silo. So once a second it tries what a call would need.
/// One failure may be chance and two in a row are not; one success is enough to serve again. Draining comes before all.
/// </remarks>
internal sealed partial class ServingMonitor(
    IServingStatus serving, IEnumerable<IReadinessProbe> probes, IHostApplicationLifetime lifetime, ILogger<ServingMonitor> logger)
    : BackgroundService
{
    private const int FailuresToStop = 2;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeMax = TimeSpan.FromSeconds(2.5);

    private readonly IReadinessProbe[] _probes = [.. probes];
    private readonly Lock _gate = new();
    private string[] _missing = [];
    private bool _isStarted;
    private bool _isStopping;

    /// <summary>Why the process does not serve, for people; empty when it does.</summary>
    public string Reason
    {
        get
        {
            lock (_gate)
            {
                return _isStopping ? "It is going down."
                    : !_isStarted ? "It is starting."
                    : _missing.Length > 0 ? $"It waits for {string.Join(" and ", _missing)}."
                    : "";
            }
        }
    }

    /// <summary>Says that everything has started; when it returns, health tells what is found then.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var missing = await FindMissingAsync(cancellationToken);
        lock (_gate) _isStarted = true;
        Tell(missing);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // The first to know of a drain is who sends new work.
        lifetime.ApplicationStopping.Register(() =>
        {
            lock (_gate) _isStopping = true;
            serving.Set(ServingState.NotServing);
        });
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_probes.Length == 0)
            return;
        var failures = 0;
        using var timer = new PeriodicTimer(Period, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var missing = await FindMissingAsync(stoppingToken);
                failures = missing.Length == 0 ? 0 : failures + 1;
                if (failures is 0 or >= FailuresToStop)
                    Tell(missing);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private void Tell(string[] missing)
    {
        lock (_gate)
        {
            if (!_isStarted || _isStopping)
                return;
            var before = _missing;
            _missing = missing;
            serving.Set(missing.Length == 0 ? ServingState.Serving : ServingState.NotServing);
            if (missing.Length > 0 && !missing.SequenceEqual(before))
                LogMissing(logger, string.Join(" and ", missing));
            if (missing.Length == 0 && before.Length > 0)
                LogBack(logger);
        }
    }

    private async Task<string[]> FindMissingAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(_probes.Select(async probe => (probe.Subject, IsThere: await IsThereAsync(probe, cancellationToken))));
        return [.. found.Where(static probe => !probe.IsThere).Select(static probe => probe.Subject)];
    }

    private async Task<bool> IsThereAsync(IReadinessProbe probe, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProbeMax);
        try
        {
            await probe.CheckAsync(limit.Token).WaitAsync(limit.Token);
            return true;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogProbe(logger, fault, probe.Subject);
            return false;
        }
    }

    [LoggerMessage(1010, LogLevel.Warning, "Does not serve: waits for {Missing}")]
    private static partial void LogMissing(ILogger logger, string missing);

    [LoggerMessage(1011, LogLevel.Information, "Serves again")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(1012, LogLevel.Debug, "The probe of {Subject} failed")]
    private static partial void LogProbe(ILogger logger, Exception fault, string subject);
}
