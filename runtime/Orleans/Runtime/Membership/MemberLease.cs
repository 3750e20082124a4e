namespace Orleans.Runtime.Membership;

/// <summary>
/// What a silo may conclude from its renewals: whether it may answer, and which other members are dead.
/// </summary>
/// <remarks>
/// <para>
/// The problem: when a silo does not answer, nobody can tell whether it is dead, slow, frozen, or cut off, and yet its grains
/// must move at some time, and must not be served twice. Probes between silos err in both directions: a busy silo misses
/// probes and is declared dead, a frozen one wakes up and answers for grains that have moved. Comparing clocks of machines with
/// times in a table errs as soon as a clock is wrong.
/// </para>
/// <para>
/// Here the silo itself knows when to stop. A renewal sent at t, by its own monotonic clock, reached the store no earlier than
/// t, so until t + lease nobody has evicted it; it stops a margin earlier and needs no message for it. The clock goes on while a
/// process is stopped, so a frozen silo that wakes up finds its time over before it can do anything.
/// </para>
/// <para>
/// Others evict it when its lease has expired by the store's clock and, besides, its renewal counter has not moved through
/// a whole lease of their own uninterrupted reading. The second alone would do for safety: the last renewal was sent
/// before it was first read. It is what makes the store's clock and outages harmless: when the store comes back all
/// leases have expired, but everybody's reading starts anew, so whoever returns within a lease is still a member. The first alone
/// would evict everybody then. The store checks both again, as it removes the row, against the renewals seen and against the version
/// of the view; so of many who try one succeeds, and a renewal that arrives in between wins.
/// </para>
/// <para>
/// Of a silo whose process is gone nobody need wait for the lease: <see cref="EvictionRule"/> says how that is known. What each has
/// found at another's port goes with its renewals to the store, where the others read it and the removal checks it.
/// </para>
/// <para>
/// Nothing here waits or does I/O: times come in with the events, which is how tests run thousands of schedules.
/// <see cref="MayDispatch"/> is for any thread, everything else for one.
/// </para>
/// </remarks>
internal sealed class MemberLease(SiloAddress silo, ClusterLeaseOptions options, TimeProvider clock)
{
    private readonly Dictionary<SiloAddress, Watch> _watches = [];
    private readonly HashSet<SiloAddress> _refusing = [];
    private readonly long _hold = Ticks(options.Lease - options.Margin, clock);
    private long _deadline = long.MinValue;
    private long _lastRead;
    private bool _hasRead;

    /// <summary>Whether the silo can prove that it is still a member.</summary>
    public bool MayDispatch => clock.GetTimestamp() < Volatile.Read(ref _deadline);

    /// <summary>Whether it was evicted, or has left. There is no way back.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The version of the newest view read.</summary>
    public long Version { get; private set; }

    /// <summary>How long the silo may answer unless it renews.</summary>
    public TimeSpan Left
    {
        get
        {
            var now = clock.GetTimestamp();
            var deadline = Volatile.Read(ref _deadline);
            return deadline > now ? clock.GetElapsedTime(now, deadline) : TimeSpan.Zero;
        }
    }

    /// <summary>The silo has joined, by a request sent at this time.</summary>
    public void OnJoined(long sentAt) => Extend(sentAt);

    /// <summary>A renewal that was sent at one time came back at another.</summary>
    /// <returns>Whether the silo is still a member.</returns>
    public bool OnRenewed(long sentAt, long receivedAt, MemberRenewal renewal)
    {
        if (IsOver)
            return false;

        // A version that went back is another past, restored from a backup: what this silo was in it says nothing of now.
        if (!renewal.IsMember || renewal.Version < Version)
        {
            End();
            return false;
        }

        Version = renewal.Version;
        Extend(sentAt);
        Observe(sentAt, receivedAt, renewal);
        return true;
    }

    /// <summary>The silo is no member any more, by its own doing or another's.</summary>
    public void End()
    {
        IsOver = true;
        Volatile.Write(ref _deadline, long.MinValue);
    }

    /// <summary>The port of this member has just refused a connection.</summary>
    public void Refused(SiloAddress member)
    {
        if (_watches.ContainsKey(member))
            _refusing.Add(member);
    }

    /// <summary>The members of whom this silo has to say that their ports refuse it.</summary>
    public IReadOnlyList<MemberPulse> Gone => _refusing.Count == 0 ? [] : [.. _refusing.Select(member => _watches[member].Pulse)];

    /// <summary>
    /// Members at whose ports somebody should ask: they are late, another says that their process is gone, or their port has
    /// refused and they have renewed since it was last read, which may have been before. Each is named once a period.
    /// </summary>
    public List<SiloAddress> FindLate()
    {
        var late = new List<SiloAddress>();
        foreach (var watch in _watches.Values.ToArray())
        {
            var member = watch.Pulse.Silo;
            if (_refusing.Contains(member)
                || (!watch.IsDoubted && watch.Pulse.Witnesses == 0 && Still(watch) < EvictionRule.Quiet(watch.Pulse, options.Lease))
                || (watch.AskedAt is { } askedAt && clock.GetElapsedTime(askedAt, _lastRead) < options.RenewPeriod))
            {
                continue;
            }

            _watches[member] = watch with { AskedAt = _lastRead };
            late.Add(member);
        }

        return late;
    }

    /// <summary>The members that are dead by what was read last.</summary>
    public List<MemberPulse> FindDead()
    {
        var dead = new List<MemberPulse>();
        foreach (var watch in _watches.Values)
        {
            if (EvictionRule.IsDead(watch.Pulse, Still(watch), options, IsRefused(watch), Members))
                dead.Add(watch.Pulse);
        }

        return dead;
    }

    /// <summary>Whether someone's lease has expired, of whom it is not known yet whether he is dead.</summary>
    public bool HasExpired => _watches.Values.Any(static watch => watch.Pulse.IsExpired);

    /// <summary>How long to wait for the next renewal: the period, or less if someone can be evicted before.</summary>
    public TimeSpan NextRenewal(long now)
    {
        var wait = options.RenewPeriod;
        foreach (var watch in _watches.Values)
        {
            var until = UntilDead(watch, now);
            if (until < wait)
                wait = until;
        }

        return wait < ShortestWait ? ShortestWait : wait;
    }

    private TimeSpan UntilDead(Watch watch, long now)
    {
        var still = clock.GetElapsedTime(watch.Since, now);
        var patience = EvictionRule.Patience(watch.Pulse, options, IsRefused(watch)) - still;
        var expiry = watch.Pulse.IsExpired ? TimeSpan.Zero : watch.Pulse.LeaseLeft - clock.GetElapsedTime(watch.LastSentAt, now);
        var until = patience > expiry ? patience : expiry;
        if (!EvictionRule.IsGone(watch.Pulse, IsRefused(watch), Members))
            return until;
        var quiet = EvictionRule.Quiet(watch.Pulse, options.Lease) - still;
        return quiet < until ? quiet : until;
    }

    private static TimeSpan ShortestWait { get; } = TimeSpan.FromMilliseconds(50);

    private static long Ticks(TimeSpan span, TimeProvider clock) => (long)(span.TotalSeconds * clock.TimestampFrequency);

    /// <summary>The watched ones and this silo.</summary>
    private int Members => _watches.Count + 1;

    private bool IsRefused(Watch watch) => _refusing.Contains(watch.Pulse.Silo);

    private TimeSpan Still(Watch watch) => clock.GetElapsedTime(watch.Since, watch.LastSentAt);

    private void Extend(long sentAt)
    {
        if (!IsOver && sentAt + _hold > _deadline)
            Volatile.Write(ref _deadline, sentAt + _hold);
    }

    private void Observe(long sentAt, long receivedAt, MemberRenewal renewal)
    {
        if (_hasRead && clock.GetElapsedTime(_lastRead, receivedAt) > options.WatchGapMax)
        {
            _watches.Clear();
            _refusing.Clear();
        }

        _hasRead = true;
        _lastRead = receivedAt;
        foreach (var member in _watches.Keys.Except(renewal.Pulses.Select(static pulse => pulse.Silo)).ToArray())
        {
            _watches.Remove(member);
            _refusing.Remove(member);
        }

        foreach (var pulse in renewal.Pulses)
        {
            if (pulse.Silo.Equals(silo))
                continue;
            if (_watches.TryGetValue(pulse.Silo, out var watch) && watch.Pulse.Renewals == pulse.Renewals)
            {
                _watches[pulse.Silo] = watch with { Pulse = pulse, LastSentAt = sentAt };
                continue;
            }

            var isDoubted = _refusing.Remove(pulse.Silo);
            _watches[pulse.Silo] = new Watch(pulse, Since: receivedAt, LastSentAt: sentAt, AskedAt: null, isDoubted);
        }
    }

    /// <param name="Pulse">As last read.</param>
    /// <param name="Since">When the reading came back that first showed these renewals.</param>
    /// <param name="LastSentAt">When the last reading that showed them was asked for.</param>
    /// <param name="AskedAt">When it was last said that its port should be asked.</param>
    /// <param name="IsDoubted">Whether its port had refused when it was seen with fewer renewals.</param>
    private readonly record struct Watch(MemberPulse Pulse, long Since, long LastSentAt, long? AskedAt, bool IsDoubted);
}
