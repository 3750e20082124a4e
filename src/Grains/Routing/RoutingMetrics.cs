using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Engine.V1;

namespace Engine.Grains.Routing;

/// <summary>
/// What the queues that live in this process do, under the meter <c>Engine.Routing</c>. No queue is named: their ids are
/// theirs; GetQueueStatus tells of each.
/// </summary>
internal sealed class RoutingMetrics : IDisposable
{
    public const string MeterName = "Engine.Routing";

    private readonly ConcurrentDictionary<object, Func<(int Waiting, double Fairness)>> _queues = new();
    private readonly Meter _meter;
    private readonly Counter<long> _assigned;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _offers;
    private readonly Counter<long> _reconciled;
    private readonly Histogram<double> _wait;

    public RoutingMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _assigned = _meter.CreateCounter<long>("engine.queue.assigned", "{conversation}", "Conversations given to agents.");
        _refused = _meter.CreateCounter<long>(
            "engine.queue.reservation.refused", "{reservation}", "Reservations or assignments that came to nothing; error.type says why.");
        _offers = _meter.CreateCounter<long>("engine.queue.offer.ended", "{offer}", "Offers that are over, by what became of them.");
        _reconciled = _meter.CreateCounter<long>(
            "engine.routing.reconciled", "{difference}", "Differences to the journal found and mended. Not zero: a fault in the engine.");
        _wait = _meter.CreateHistogram(
            "engine.queue.wait.duration", "s", "From when a conversation began to wait until an agent had it, in engine time.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 43_200, 86_400],
            });
        _meter.CreateObservableGauge(
            "engine.queue.waiting", () => _queues.Values.Sum(q => q().Waiting), "{conversation}", "Conversations waiting for an agent.");
        _meter.CreateObservableGauge(
            "engine.queue.fairness", () => _queues.Values.Select(q => q().Fairness).DefaultIfEmpty(0).Max(), "1",
            "Assignments by available hour: the most of all agents' by the least, in the least fair queue. 0: not known.");
    }

    /// <summary>A queue lives here; read from other threads, so it answers from what is cheap and safe to read.</summary>
    public void Add(object queue, Func<(int Waiting, double Fairness)> read) => _queues[queue] = read;

    public void Remove(object queue) => _queues.TryRemove(queue, out _);

    public void OnAssigned(RoutingRule rule, double? waitSeconds)
    {
        _assigned.Add(1, new KeyValuePair<string, object?>("engine.queue.rule", rule.ToString().ToLowerInvariant()));
        if (waitSeconds is { } seconds) _wait.Record(Math.Max(0, seconds));
    }

    public void OnRefused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("error.type", reason));

    public void OnOfferEnded(string outcome) => _offers.Add(1, new KeyValuePair<string, object?>("engine.queue.offer.outcome", outcome));

    public void OnReconciled(string kind) => _reconciled.Add(1, new KeyValuePair<string, object?>("engine.routing.difference", kind));

    public void Dispose() => _meter.Dispose();
}
