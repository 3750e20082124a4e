using Orleans.Runtime.Membership;

namespace Engine.Runtime.Orleans.Tests.Membership;

/// <summary>
/// A cluster in simulated time: silos renew over a network that delays, freeze, die and wake up; the database goes away, loses
/// what it need not have kept, and has its clock set. One seed is one history.
/// </summary>
internal sealed class LeaseWorld
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(2);
    private readonly PriorityQueue<Action, (TimeSpan At, int Order)> _events = new();
    private readonly List<LeaseSilo> _silos = [];
    private readonly ShiftedClock _databaseClock;
    private int _order;

    public LeaseWorld(int seed)
    {
        Random = new Random(seed);
        _databaseClock = new ShiftedClock(this, rate: 1);
        Table = new MemoryMembershipTable(_databaseClock);
    }

    public TimeSpan Now { get; private set; } = TimeSpan.FromDays(1);

    public Random Random { get; }

    public ClusterLeaseOptions Options { get; } = new();

    public MemoryMembershipTable Table { get; }

    public IReadOnlyList<LeaseSilo> Silos => _silos;

    /// <summary>What went wrong; empty in a good history.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>From a kill to the removal, where no outage came between.</summary>
    public List<TimeSpan> Failovers { get; } = [];

    /// <summary>Whether the port of a dead process refuses; the port of a machine that is gone says nothing.</summary>
    public bool PortsTell { get; init; } = true;

    public int OutageCount { get; private set; }

    public int EvictionCount { get; private set; }

    public TimeSpan Between(double from, double to) => TimeSpan.FromSeconds(from + (Random.NextDouble() * (to - from)));

    public void At(TimeSpan delay, Action action) => _events.Enqueue(action, (Now + delay, _order++));

    public void AddSilo()
    {
        // Quartz of one per cent is a hundred times worse than what is sold.
        var silo = new LeaseSilo(this, _silos.Count, new ShiftedClock(this, 0.99 + (Random.NextDouble() * 0.02)));
        _silos.Add(silo);
        silo.Start();
    }

    public void Run(TimeSpan span)
    {
        var end = Now + span;
        while (_events.TryPeek(out _, out var next) && next.At <= end)
        {
            var action = _events.Dequeue();
            Now = next.At;
            action();
        }

        Now = end;
    }

    /// <summary>A request to the database, which is executed if it gets there, even when nobody waits for the answer any more.</summary>
    public void Send<TResult>(LeaseSilo from, Func<TResult> execute, Action<TResult?, bool> answer)
    {
        var there = from.Latency();
        var back = from.Latency();
        var isAnswered = false;
        var sentAt = Now;
        At(there, () =>
        {
            var (result, failed) = Try(execute);
            At(back, () => Answer(result, !failed && Now - sentAt <= CommandTimeout));
        });
        At(CommandTimeout, () => Answer(default, succeeded: false));

        void Answer(TResult? result, bool succeeded)
        {
            if (isAnswered)
                return;
            isAnswered = true;
            from.WhenAwake(() => answer(result, succeeded));
        }
    }

    /// <summary>One removes others. Whoever is removed must have stopped to answer.</summary>
    public int Evict(long version, IReadOnlyList<MemberPulse> dead)
    {
        var before = Table.Read(0).Pulses.Select(static pulse => pulse.Silo).ToHashSet();
        var count = Table.Evict(version, dead);
        if (count == 0)
            return 0;
        var removed = before.ToHashSet();
        removed.ExceptWith(Table.Read(0).Pulses.Select(static pulse => pulse.Silo));
        foreach (var silo in _silos.Where(silo => removed.Contains(silo.Address)))
        {
            EvictionCount++;
            silo.IsRemoved = true;
            if (silo.KilledAt is { } killedAt && silo.OutagesAtKill == OutageCount)
                Failovers.Add(Now - killedAt);
            // Of two, one is believed: only the storage's fence is left.
            silo.IsBetrayed = before.Count <= 2 && Now - silo.LiedAboutAt < Options.Lease * 2;
            if (silo.MayDispatch && !silo.IsBetrayed)
                Faults.Add($"At {Now} silo {silo.Number} was evicted while it could answer.");
            if (!silo.WasDisturbed)
                Faults.Add($"At {Now} silo {silo.Number} was evicted, to which nothing had happened.");
        }

        return count;
    }

    public void Outage(TimeSpan length, bool isCrash)
    {
        OutageCount++;
        Table.IsAway = true;
        At(length, () =>
        {
            if (isCrash)
            {
                foreach (var silo in _silos)
                    Table.Rewind(silo.Address, Random.Next(3), Between(0, 1));
            }

            Table.IsAway = false;
        });
    }

    public void SetDatabaseClock(TimeSpan shift) => _databaseClock.Shift += shift;

    private static (TResult? Result, bool Failed) Try<TResult>(Func<TResult> execute)
    {
        try
        {
            return (execute(), false);
        }
        catch (TimeoutException)
        {
            return (default, true);
        }
    }
}
