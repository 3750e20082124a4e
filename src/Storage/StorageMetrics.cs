using System.Diagnostics.Metrics;

namespace Engine.Storage;

/// <summary>What the stores measure, under the meter <c>Engine.Storage</c>; <c>engine.store</c> names the file or database.</summary>
internal sealed class StorageMetrics : IDisposable
{
    public const string MeterName = "Engine.Storage";

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _writes;

    public StorageMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _duration = _meter.CreateHistogram(
            "engine.storage.transaction.duration", "s", "Time to write one transaction and make it durable.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
            });
        _writes = _meter.CreateHistogram(
            "engine.storage.transaction.writes", "{write}", "Writes that shared one transaction.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024] });
    }

    /// <summary>Reports how many writes wait for a store, whenever asked.</summary>
    public void ObserveWaiting(string store, Func<int> waiting) => _meter.CreateObservableGauge(
        "engine.storage.waiting", () => new Measurement<int>(waiting(), Tag(store)), "{write}", "Writes that wait for their transaction.");

    public void OnTransaction(string store, long startedAt, int writes, bool failed)
    {
        var seconds = TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds;
        if (failed)
        {
            _duration.Record(seconds, Tag(store), new KeyValuePair<string, object?>("error.type", "store_failed"));
            return;
        }

        _duration.Record(seconds, Tag(store));
        _writes.Record(writes, Tag(store));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string store) => new("engine.store", store);
}
