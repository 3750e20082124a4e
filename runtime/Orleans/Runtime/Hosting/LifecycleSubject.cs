using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Hosting;

/// <summary>
/// Starts observers stage by stage, those of one stage together, and stops in the opposite order what was started. A
/// failed start stops what had started and is thrown; a failed stop is reported and the rest is stopped all the same.
/// </summary>
internal partial class LifecycleSubject(ILogger logger) : ILifecycleSubject
{
    private readonly List<Subscription> _subscriptions = [];
    private readonly Lock _gate = new();
    private int _highest = int.MinValue;
    private int _lowest = int.MaxValue;
    private bool _anyStarted;

    public int HighestCompletedStage => _highest;

    public int LowestStoppedStage => _lowest;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new Subscription(this, observerName, stage, observer);
        lock (_gate)
            _subscriptions.Add(subscription);
        return subscription;
    }

    public async Task OnStart(CancellationToken cancellationToken = default)
    {
        foreach (var stage in Stages())
        {
            if (cancellationToken.IsCancellationRequested)
                throw new OrleansLifecycleCanceledException("The start was cancelled.");
            _anyStarted = true;
            _highest = stage;
            await Task.WhenAll(At(stage).Select(subscription => subscription.Start(cancellationToken)));
        }
    }

    public async Task OnStop(CancellationToken cancellationToken = default)
    {
        if (!_anyStarted)
            return;
        foreach (var stage in Stages().Where(stage => stage <= _highest).Reverse())
        {
            foreach (var subscription in At(stage))
            {
                try
                {
                    await subscription.Stop(cancellationToken);
                }
                catch (Exception error)
                {
                    StopFailed(logger, subscription.Name, stage, error);
                }
            }

            _lowest = stage;
        }

        _anyStarted = false;
    }

    private int[] Stages()
    {
        lock (_gate)
            return [.. _subscriptions.Select(static subscription => subscription.Stage).Distinct().Order()];
    }

    private List<Subscription> At(int stage)
    {
        lock (_gate)
            return [.. _subscriptions.Where(subscription => subscription.Stage == stage)];
    }

    [LoggerMessage(200, LogLevel.Error, "{Observer} failed to stop in stage {Stage}")]
    private static partial void StopFailed(ILogger logger, string observer, int stage, Exception error);

    private sealed class Subscription(LifecycleSubject owner, string name, int stage, ILifecycleObserver observer) : IDisposable
    {
        public string Name => name;

        public int Stage => stage;

        public Task Start(CancellationToken token) => observer.OnStart(token);

        public Task Stop(CancellationToken token) => observer.OnStop(token);

        public void Dispose()
        {
            lock (owner._gate)
                owner._subscriptions.Remove(this);
        }
    }
}
