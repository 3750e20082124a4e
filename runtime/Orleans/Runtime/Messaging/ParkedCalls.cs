using Orleans.Runtime.Cluster;
using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Messaging;

/// <summary>
/// Calls that were routed by a newer view than the one known here. To run them would be to guess, to send them back would
/// only bring them again, so they wait for that view, and not for long: it is a read of the membership away. So do calls to a silo whose
/// process is gone, which is about to be taken out of the view.
/// </summary>
internal sealed class ParkedCalls : IDisposable
{
    private const int CallsMax = 20_000;
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(500);
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly Action<GrainCall> _resume;
    private readonly ITimer _timer;
    private readonly ClusterTopology _topology;
    private List<(GrainCall Call, long Version, long Since)> _calls = [];

    public ParkedCalls(ClusterTopology topology, TimeProvider clock, Action<GrainCall> resume)
    {
        _topology = topology;
        _clock = clock;
        _resume = resume;
        using (ExecutionContext.SuppressFlow())
            _timer = clock.CreateTimer(static parked => ((ParkedCalls)parked!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _calls.Count;
        }
    }

    /// <summary>Keeps a call until a view of this version or a newer one is known.</summary>
    public void Add(GrainCall call, long version)
    {
        bool isFull;
        lock (_gate)
        {
            if (_calls.Count == 0)
                _timer.Change(Resolution, Resolution);
            isFull = _calls.Count >= CallsMax;
            if (!isFull)
                _calls.Add((call, version, _clock.GetTimestamp()));
        }

        if (isFull)
            call.TryFail(new OrleansMessageRejectionException($"{CallsMax} calls wait for the cluster's next view already; {call} has not run."));

        // It may have come in between.
        if (_topology.Current.Version >= version)
            Resume(_topology.Current.Version);
    }

    /// <summary>Sends on what waited for this view.</summary>
    public void Resume(long version)
    {
        foreach (var call in Take(entry => entry.Version <= version))
            _resume(call);
    }

    public void Dispose()
    {
        _timer.Dispose();
        foreach (var call in Take(static _ => true))
            call.TryFail(new SiloUnavailableException($"The silo stopped; {call} has not run."));
    }

    private void Expire()
    {
        foreach (var call in Take(entry => entry.Call.IsSettled || _clock.GetElapsedTime(entry.Since) > WaitMax))
        {
            call.TryFail(new OrleansMessageRejectionException(
                $"The cluster changed and this silo did not learn within {WaitMax:c} where {call.TargetId} belongs; the call has not run."));
        }
    }

    private List<GrainCall> Take(Func<(GrainCall Call, long Version, long Since), bool> wanted)
    {
        lock (_gate)
        {
            if (_calls.Count == 0)
                return [];
            var taken = _calls.Where(wanted).Select(static entry => entry.Call).ToList();
            if (taken.Count > 0)
                _calls = [.. _calls.Where(entry => !wanted(entry))];
            if (_calls.Count == 0)
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return taken;
        }
    }
}
