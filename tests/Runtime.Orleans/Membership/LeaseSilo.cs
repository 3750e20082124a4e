using System.Net;
using Orleans.Runtime;
using Orleans.Runtime.Membership;

namespace Engine.Runtime.Orleans.Tests.Membership;

/// <summary>A silo of the simulation: what <see cref="ClusterMembership"/> does, with the waiting left to the world.</summary>
internal sealed class LeaseSilo
{
    private readonly LeaseWorld _world;
    private readonly ShiftedClock _clock;
    private readonly MemberLease _lease;
    private readonly List<Action> _asleep = [];
    private bool _isFrozen;
    private TimeSpan _extraLatency;

    public LeaseSilo(LeaseWorld world, int number, ShiftedClock clock)
    {
        _world = world;
        _clock = clock;
        Number = number;
        Address = SiloAddress.New(IPAddress.Loopback, 10_000 + number, 1);
        _lease = new MemberLease(Address, world.Options, clock);
    }

    public int Number { get; }

    public SiloAddress Address { get; }

    /// <summary>Whether anything but a pause of the database ever happened to it.</summary>
    public bool WasDisturbed { get; private set; }

    public bool IsRemoved { get; set; }

    public TimeSpan? KilledAt { get; private set; }

    public int OutagesAtKill { get; private set; }

    public bool IsOver => _lease.IsOver;

    /// <summary>Whether it would answer a call at this instant, were it awake.</summary>
    public bool MayDispatch => KilledAt is null && _lease.MayDispatch;

    /// <summary>When another was last refused in its place.</summary>
    public TimeSpan? LiedAboutAt { get; private set; }

    /// <summary>Whether it was removed by the wrong word of the only other.</summary>
    public bool IsBetrayed { get; set; }

    public void Start()
    {
        var sentAt = _clock.GetTimestamp();
        _world.Table.Join(new ClusterMember(Address, null, "", SiloStatus.Active), _world.Options.Lease);
        _lease.OnJoined(sentAt);
        Renew();
    }

    public TimeSpan Latency() => _world.Between(0.0005, 0.05) + _extraLatency;

    public void Kill()
    {
        WasDisturbed = true;
        KilledAt ??= _world.Now;
        OutagesAtKill = _world.OutageCount;
        if (!_world.PortsTell)
            return;

        // Connections break, and whoever had one asks at the port at once; the others ask when it is late.
        foreach (var other in _world.Silos.Where(_ => _world.Random.Next(3) > 0))
            _world.At(_world.Between(0, 0.1), () => other.WhenAwake(() => other._lease.Refused(Address)));
    }

    /// <summary>Stops the process for a while; its clock goes on.</summary>
    public void Freeze(TimeSpan length)
    {
        WasDisturbed = true;
        _isFrozen = true;
        _world.At(length, () =>
        {
            _isFrozen = false;
            CheckRemoved();
            var actions = _asleep.ToArray();
            _asleep.Clear();
            foreach (var action in actions)
                WhenAwake(action);
        });
    }

    /// <summary>Its way to the database becomes slow, as in a congested network.</summary>
    public void Slow(TimeSpan length)
    {
        WasDisturbed = true;
        _extraLatency = _world.Between(0, 4);
        _world.At(length, () => _extraLatency = TimeSpan.Zero);
    }

    /// <summary>Something between this silo and another refuses in place of its port, which is open.</summary>
    public void IsRefusedWrongly(LeaseSilo other) => WhenAwake(() =>
    {
        other.LiedAboutAt = _world.Now;
        _lease.Refused(other.Address);
    });

    public void WhenAwake(Action action)
    {
        if (KilledAt is not null)
            return;
        if (_isFrozen)
            _asleep.Add(action);
        else
            action();
    }

    public void CheckRemoved()
    {
        if (IsRemoved && MayDispatch && !IsBetrayed)
            _world.Faults.Add($"At {_world.Now} silo {Number}, evicted before, could answer.");
    }

    private void Renew()
    {
        CheckRemoved();
        if (_lease.IsOver)
            return;
        var sentAt = _clock.GetTimestamp();
        _world.Send(this, () => _world.Table.Renew(Address, _world.Options.Lease, _lease.Version, _lease.Gone), (renewal, succeeded) =>
        {
            if (!succeeded)
            {
                Again(_world.Options.RenewPeriod / 2);
                return;
            }

            if (!_lease.OnRenewed(sentAt, _clock.GetTimestamp(), renewal!))
            {
                if (!IsRemoved)
                    _world.Faults.Add($"At {_world.Now} silo {Number} took itself for evicted, which it was not.");
                return;
            }

            CheckRemoved();
            AskLate();
            if (_lease.FindDead() is { Count: > 0 } dead)
                _world.Send(this, () => _world.Evict(_lease.Version, dead), (_, _) => Again(TimeSpan.Zero));
            else
                Again(_lease.NextRenewal(_clock.GetTimestamp()));
        });
    }

    private void AskLate()
    {
        foreach (var late in _lease.FindLate())
        {
            var asked = _world.Silos.Single(silo => silo.Address.Equals(late));
            _world.At(_world.Between(0, 0.01), () => WhenAwake(() =>
            {
                if (asked.KilledAt is not null && _world.PortsTell)
                    _lease.Refused(late);
            }));
        }
    }

    private void Again(TimeSpan delay) => _world.At(delay, () => WhenAwake(Renew));
}
