using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime.Activations;

/// <summary>
/// Ends activations that were idle for long, and, when memory runs short, those idle longest. A call marks its
/// activation as used with one write; only the collector, once a quantum, turns marks into times. So an activation
/// ends between its age limit and that plus two quanta, and calls need no clock.
/// </summary>
internal sealed class ActivationCollector : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly ActivationDirectory _directory;
    private readonly ActivationShared _shared;
    private readonly GrainCollectionOptions _options;
    private readonly IMemoryUse _memory;
    private readonly Lock _gate = new();
    private ITimer? _collection;
    private ITimer? _shedding;

    public ActivationCollector(
        ActivationDirectory directory, ActivationShared shared, IOptions<GrainCollectionOptions> options, IMemoryUse memory)
    {
        _directory = directory;
        _shared = shared;
        _options = options.Value;
        _memory = memory;
    }

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(ActivationCollector), ServiceLifecycleStage.RuntimeServices, Start, Stop);

    /// <summary>Ends what has been idle for its age limit, or for <paramref name="age"/> when that is given.</summary>
    /// <returns>How many activations end.</returns>
    public int Collect(TimeSpan? age = null)
    {
        var ended = 0;
        lock (_gate)
        {
            var now = _shared.ManagementClock.GetTimestamp();
            foreach (var activation in _directory)
            {
                if ((age ?? activation.Type.CollectionAge) is not { } limit || !activation.IsIdle(now, limit))
                    continue;
                activation.Deactivate(new DeactivationReason(
                    DeactivationReasonCode.ActivationIdle, "The activation was idle for longer than its age limit."));
                ended++;
            }
        }

        if (ended > 0)
            _shared.Log.Collected(ended, _directory.Count);
        return ended;
    }

    /// <summary>Ends the activations idle longest when memory use is above the limit, in proportion to the excess.</summary>
    /// <returns>How many activations end.</returns>
    public int Shed()
    {
        var percent = _memory.Percent;
        if (percent <= _options.MemoryUsageLimitPercentage)
            return 0;
        lock (_gate)
        {
            var now = _shared.ManagementClock.GetTimestamp();
            var idle = _directory.Where(activation => activation.Type.CollectionAge is not null && activation.IsIdle(now, TimeSpan.Zero))
                .OrderByDescending(activation => activation.IdleTime(now)).ToList();
            var total = _directory.Count;
            var count = Math.Min(idle.Count, (int)Math.Ceiling(total * (percent - _options.MemoryUsageTargetPercentage) / percent));
            foreach (var activation in idle.Take(count))
            {
                activation.Deactivate(new DeactivationReason(
                    DeactivationReasonCode.HighMemoryPressure, "Memory is short and the activation was idle."));
            }

            _shared.Log.Shed(percent, count, total);
            return count;
        }
    }

    public void Dispose()
    {
        _collection?.Dispose();
        _shedding?.Dispose();
    }

    private Task Start(CancellationToken token)
    {
        using (ExecutionContext.SuppressFlow())
        {
            _collection = _shared.ManagementClock.CreateTimer(
                static collector => ((ActivationCollector)collector!).Collect(), this,
                _options.CollectionQuantum, _options.CollectionQuantum);
            if (_options.EnableActivationSheddingOnMemoryPressure)
            {
                _shedding = _shared.ManagementClock.CreateTimer(
                    static collector => ((ActivationCollector)collector!).Shed(), this,
                    _options.MemoryUsagePollingPeriod, _options.MemoryUsagePollingPeriod);
            }
        }

        return Task.CompletedTask;
    }

    private Task Stop(CancellationToken token)
    {
        Dispose();
        return Task.CompletedTask;
    }
}
