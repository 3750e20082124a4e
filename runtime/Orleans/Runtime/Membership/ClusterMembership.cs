using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Membership;

/// <summary>
/// Keeps a silo's lease on a thread of its own: <see cref="MemberLease"/> decides, the store remembers, this turns the wheel.
/// </summary>
/// <remarks>
/// A pool that is busy with grains would delay renewals by as much as its queue is long, so nothing on the way uses
/// it: the thread sleeps, calls the store with blocking I/O, and decides. Handlers of the events may take their time, so they have another
/// thread. Requests (join, change of status, leave) run between two renewals, since a store serves one caller at a time.
/// </remarks>
internal sealed partial class ClusterMembership : IClusterMembership, IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DisposeMax = TimeSpan.FromSeconds(5);
    private readonly IMembershipStore _store;
    private readonly ClusterLeaseOptions _options;
    private readonly TimeProvider _clock;
    private readonly MembershipMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ConcurrentQueue<Action> _requests = new();
    private readonly ConcurrentQueue<SiloAddress> _refusals = new();
    private readonly BlockingCollection<Action> _notices = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEventSlim _stopping = new(false);
    private readonly Thread _keeper;
    private readonly Thread _notifier;
    private volatile ClusterView _view = ClusterView.Empty;
    private volatile MemberLease? _lease;
    private ClusterMember? _member;
    private bool _isSuspended;
    private bool _isFailing;
    private bool _isStarted;

    public ClusterMembership(
        IMembershipStore store, ClusterLeaseOptions options, TimeProvider clock, MembershipMetrics metrics, ILogger<ClusterMembership> logger)
    {
        _store = store;
        _options = options;
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
        _keeper = new Thread(Keep) { IsBackground = true, Name = "Membership lease", Priority = ThreadPriority.Highest };
        _notifier = new Thread(Notify) { IsBackground = true, Name = "Membership views" };
        _metrics.Watch(this);
    }

    public event Action<ClusterView>? ViewChanged;

    public event Action? Evicted;

    public event Action<SiloAddress>? Late;

    public ClusterView View => _view;

    public bool MayDispatch => _lease is { MayDispatch: true };

    /// <summary>How long this silo may answer unless it renews.</summary>
    public TimeSpan LeaseLeft => _lease?.Left ?? TimeSpan.Zero;

    /// <summary>Whether another member has ended this silo's identity.</summary>
    public bool IsEvicted { get; private set; }

    /// <summary>Becomes a member and waits until those who were dead already are gone.</summary>
    /// <exception cref="OrleansException">The identity is taken, or the store was away for too long.</exception>
    public async Task JoinAsync(ClusterMember member, CancellationToken cancellationToken)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _keeper.Start();
            _notifier.Start();
        }

        var started = _clock.GetTimestamp();
        while (true)
        {
            try
            {
                await Request(() => Join(member)).WaitAsync(cancellationToken);
                break;
            }
            catch (Exception error) when (StoreAway.IsCause(error) && _clock.GetElapsedTime(started) < _options.JoinTimeout)
            {
                JoinRetried(_logger, StoreAway.Describe(error));
                await Task.Delay(_options.RenewPeriod, _clock, cancellationToken);
            }
        }

        // Nobody answers for the grains of silos that died with the whole cluster, until someone has evicted them.
        started = _clock.GetTimestamp();
        while (_clock.GetElapsedTime(started) < _options.Lease * 2 && await Request(() => _lease!.HasExpired).WaitAsync(cancellationToken))
            await Task.Delay(_options.RenewPeriod / 4, _clock, cancellationToken);
    }

    /// <summary>Changes the silo's own status and gateway. The new view is known here when it completes.</summary>
    /// <exception cref="OrleansException">The silo was evicted.</exception>
    public Task UpdateAsync(ClusterMember member, CancellationToken cancellationToken) => Request(() =>
    {
        if (_lease is not { IsOver: false } || !_store.Update(member))
            throw new OrleansException($"Silo {member.Silo} is no member of the cluster any more.");
        _member = member;
        Renew();
        return true;
    }).WaitAsync(cancellationToken);

    /// <summary>Ends the membership; the silo may not dispatch any more when the row is gone.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (_member is not { } member || IsEvicted || !_isStarted)
            return;
        await Request(() =>
        {
            _lease?.End();
            _store.Leave(member.Silo);
            return true;
        }).WaitAsync(cancellationToken);
        Left(_logger, member.Silo);
    }

    /// <summary>Stops to renew without saying so, as a process that dies does.</summary>
    public void Abandon()
    {
        _lease?.End();
        _stopping.Set();
        _wake.Set();
    }

    public void Hint() => _wake.Set();

    public void Refused(SiloAddress silo)
    {
        _refusals.Enqueue(silo);
        _wake.Set();
    }

    public void Dispose()
    {
        Abandon();
        _notices.CompleteAdding();
        if (_isStarted)
            _keeper.Join(DisposeMax);
        _store.Dispose();
        _metrics.Forget(this);
    }

    private bool Join(ClusterMember member)
    {
        var sentAt = _clock.GetTimestamp();
        if (!_store.Join(member, _options.Lease))
            throw new OrleansException($"Silo {member.Silo} was a member of the cluster before; a silo needs a new generation to join.");
        _member = member;
        var lease = new MemberLease(member.Silo, _options, _clock);
        lease.OnJoined(sentAt);
        _lease = lease;
        Joined(_logger, member.Silo);
        Renew();
        return true;
    }

    private Task<TResult> Request<TResult>(Func<TResult> run)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Enqueue(() =>
        {
            try
            {
                ObjectDisposedException.ThrowIf(_stopping.IsSet, this);
                done.TrySetResult(run());
            }
            catch (Exception error)
            {
                done.TrySetException(error);
            }
        });
        _wake.Set();
        if (_stopping.IsSet)
            done.TrySetException(new OrleansException("The silo's membership has ended."));
        return done.Task;
    }

    private void Keep()
    {
        var pause = TimeSpan.Zero;
        while (!_stopping.IsSet)
        {
            var lastAt = _clock.GetTimestamp();
            _wake.WaitOne(pause);
            while (_requests.TryDequeue(out var request))
                request();
            pause = _options.RenewPeriod;
            if (_stopping.IsSet || _lease is not { IsOver: false } lease)
                continue;
            if (_clock.GetElapsedTime(lastAt) is var elapsed && elapsed < ShortestPause)
                _stopping.Wait(ShortestPause - elapsed);
            while (_refusals.TryDequeue(out var refusing))
                lease.Refused(refusing);
            try
            {
                Renew();
                pause = lease.NextRenewal(_clock.GetTimestamp());
            }
            catch (Exception error)
            {
                OnFailure(lease, error);
                pause = _options.RenewPeriod / 2;
            }
        }

        // Who still waits is told that nobody comes.
        while (_requests.TryDequeue(out var request))
            request();
    }

    private void Renew()
    {
        var lease = _lease!;
        if (!lease.MayDispatch)
            OnSuspended(lease);
        var sentAt = _clock.GetTimestamp();
        var renewal = _store.Renew(_member!.Silo, _options.Lease, lease.Version, lease.Gone);
        var receivedAt = _clock.GetTimestamp();
        _metrics.Renewed(_clock.GetElapsedTime(sentAt, receivedAt), succeeded: true);
        if (!TakeIn(lease, sentAt, receivedAt, renewal))
            return;
        if (lease.FindDead() is { Count: > 0 } dead)
            Evict(lease, dead);
        foreach (var late in lease.FindLate())
            Post(() => Late?.Invoke(late));
    }

    private bool TakeIn(MemberLease lease, long sentAt, long receivedAt, MemberRenewal renewal)
    {
        // The view first: a silo that resumes must not answer by one that is older than its suspension.
        if (renewal is { IsMember: true, View: { } view })
            Publish(view);
        if (!lease.OnRenewed(sentAt, receivedAt, renewal))
        {
            OnEvicted();
            return false;
        }

        OnRenewed(lease);
        return true;
    }

    private void Evict(MemberLease lease, List<MemberPulse> dead)
    {
        // Others find the same; all but one are refused, and all read the outcome.
        var count = _store.Evict(lease.Version, dead);
        if (count > 0)
        {
            _metrics.Evicted(count);
            foreach (var pulse in dead)
            {
                if (pulse.IsExpired)
                    EvictedOther(_logger, pulse.Silo, pulse.LeaseLeft.Negate());
                else
                    EvictedGone(_logger, pulse.Silo);
            }
        }

        var sentAt = _clock.GetTimestamp();
        var renewal = _store.Renew(_member!.Silo, _options.Lease, lease.Version, lease.Gone);
        TakeIn(lease, sentAt, _clock.GetTimestamp(), renewal);
    }

    private void Publish(ClusterView view)
    {
        if (view.Version <= _view.Version)
            return;
        _view = view;
        ViewRead(_logger, view.Version, view.Members.Length);
        Post(() => ViewChanged?.Invoke(view));
    }

    private void OnRenewed(MemberLease lease)
    {
        if (_isFailing)
        {
            _isFailing = false;
            Returned(_logger);
        }

        if (!_isSuspended || !lease.MayDispatch)
            return;
        _isSuspended = false;
        Resumed(_logger);
    }

    private void OnSuspended(MemberLease lease)
    {
        if (_isSuspended || lease.IsOver)
            return;
        _isSuspended = true;
        _metrics.Suspended();
        Suspended(_logger, _options.Lease - _options.Margin);
    }

    private void OnFailure(MemberLease lease, Exception error)
    {
        _metrics.Renewed(TimeSpan.Zero, succeeded: false);
        if (!_isFailing)
        {
            _isFailing = true;
            RenewalFailed(_logger, StoreAway.Describe(error));
        }

        if (!lease.MayDispatch)
            OnSuspended(lease);
    }

    private void OnEvicted()
    {
        if (IsEvicted)
            return;
        IsEvicted = true;
        EvictedSelf(_logger, _member!.Silo);
        Post(() => Evicted?.Invoke());
    }

    private void Post(Action notice)
    {
        if (!_notices.IsAddingCompleted)
            _notices.Add(notice);
    }

    private void Notify()
    {
        foreach (var notice in _notices.GetConsumingEnumerable())
        {
            try
            {
                notice();
            }
            catch (Exception error)
            {
                HandlerFailed(_logger, error);
            }
        }
    }
}
