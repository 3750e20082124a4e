namespace Orleans.Runtime.Activations;

/// <summary>The stages of an activation.</summary>
internal sealed class GrainLifecycle : IGrainLifecycle
{
    private readonly List<Subscription> _subscriptions = [];
    private int _started = GrainLifecycleStage.First;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        var subscription = new Subscription(this, stage, observer);
        _subscriptions.Add(subscription);
        return subscription;
    }

    /// <summary>Starts the stages from <paramref name="first"/> to <paramref name="last"/>, in ascending order.</summary>
    public async Task Start(int first, int last, CancellationToken token)
    {
        foreach (var stage in Stages().Where(stage => stage >= first && stage <= last))
        {
            _started = stage;
            await Task.WhenAll(At(stage).Select(observer => observer.OnStart(token)));
        }
    }

    /// <summary>Stops the stages that were started, in descending order.</summary>
    public async Task Stop(CancellationToken token)
    {
        foreach (var stage in Stages().Where(stage => stage <= _started).Reverse())
            await Task.WhenAll(At(stage).Select(observer => observer.OnStop(token)));
    }

    private int[] Stages() => [.. _subscriptions.Select(subscription => subscription.Stage).Distinct().Order()];

    private ILifecycleObserver[] At(int stage) =>
        [.. _subscriptions.Where(subscription => subscription.Stage == stage).Select(subscription => subscription.Observer)];

    private sealed class Subscription(GrainLifecycle owner, int stage, ILifecycleObserver observer) : IDisposable
    {
        public int Stage => stage;

        public ILifecycleObserver Observer => observer;

        public void Dispose() => owner._subscriptions.Remove(this);
    }
}
