using System.Diagnostics.Metrics;
using Engine.Internal.V1;

namespace Engine.Grains.Consumers;

/// <summary>
/// How far the consumers that run in this process are behind, under the meter <c>Engine.Consumers</c>. A group is measured
/// by its owner only, so a sum over the cluster counts nothing twice; a group that nobody measures has no owner.
/// </summary>
internal sealed class ConsumerMetrics : IDisposable
{
    public const string MeterName = "Engine.Consumers";

    private readonly Meter _meter;

    public ConsumerMetrics(ConsumerRegistry running, IMeterFactory? meters)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _meter.CreateObservableGauge(
            "engine.consumer.lag", () => Measure(running, s => s.LagCommits), "{commit}",
            "Commits not handled yet, as last looked at; counted up to 100,000.");
        _meter.CreateObservableGauge(
            "engine.consumer.lag.duration", () => Measure(running, s => s.Lag.ToTimeSpan().TotalSeconds), "s",
            "Age of the oldest commit known and not handled, in engine time.");
        _meter.CreateObservableGauge(
            "engine.consumer.failures", () => Measure(running, s => (long)s.Failures), "{failure}",
            "Failures in a row; 0 when all is well.");
        _meter.CreateObservableCounter(
            "engine.consumer.handled", () => Measure(running, s => s.HandledCommits), "{commit}",
            "Commits handled since the owner took over.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<T>> Measure<T>(ConsumerRegistry running, Func<ConsumerStatus, T> read)
        where T : struct =>
        running.All.Select(loop => loop.GetStatus()).Select(status => new Measurement<T>(
            read(status),
            new KeyValuePair<string, object?>("engine.consumer", status.Consumer),
            new KeyValuePair<string, object?>("engine.consumer.group", status.Group)));
}
