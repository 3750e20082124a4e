using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Orleans.Runtime.Membership;

/// <summary>What an operator sees of the membership, on the meter that the official runtime uses too.</summary>
internal sealed class MembershipMetrics : IDisposable
{
    public const string MeterName = "Microsoft.Orleans";
    private readonly ConcurrentDictionary<ClusterMembership, byte> _silos = new();
    private readonly Meter _meter;
    private readonly Counter<long> _renewals;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _suspensions;
    private readonly Counter<long> _evictions;

    public MembershipMetrics(IMeterFactory? meters)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _renewals = _meter.CreateCounter<long>("orleans.membership.renewals", "{renewal}", "Attempts to renew this silo's lease, by outcome.");
        _duration = _meter.CreateHistogram<double>(
            "orleans.membership.renewal.duration", "s", "How long a successful renewal of the lease took.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] });
        _suspensions = _meter.CreateCounter<long>("orleans.membership.suspensions", "{suspension}", "Times this silo stopped to answer for want of a renewal.");
        _evictions = _meter.CreateCounter<long>("orleans.membership.evictions", "{silo}", "Members that this silo evicted.");
        _meter.CreateObservableGauge(
            "orleans.membership.version", () => _silos.Keys.Select(static silo => silo.View.Version).DefaultIfEmpty().Max(),
            "{version}", "Version of the newest view of the cluster known here.");
        _meter.CreateObservableGauge("orleans.membership.members", CountMembers, "{silo}", "Members of the cluster by status.");
    }

    public void Watch(ClusterMembership silo) => _silos.TryAdd(silo, 0);

    public void Forget(ClusterMembership silo) => _silos.TryRemove(silo, out _);

    public void Renewed(TimeSpan duration, bool succeeded)
    {
        _renewals.Add(1, new KeyValuePair<string, object?>("outcome", succeeded ? "renewed" : "failed"));
        if (succeeded)
            _duration.Record(duration.TotalSeconds);
    }

    public void Suspended() => _suspensions.Add(1);

    public void Evicted(int count) => _evictions.Add(count);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> CountMembers() =>
        _silos.Keys.Select(static silo => silo.View).MaxBy(static view => view.Version)?.Members
            .GroupBy(static member => member.Status)
            .Select(static group => new Measurement<long>(
                group.Count(), new KeyValuePair<string, object?>("status", Name(group.Key)))) ?? [];

    private static string Name(SiloStatus status) => status switch
    {
        SiloStatus.Joining => "joining",
        SiloStatus.Active => "active",
        SiloStatus.ShuttingDown => "shutting_down",
        _ => "other",
    };
}
