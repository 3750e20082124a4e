namespace Engine.LoadTests.Measuring;

/// <summary>Durations of calls, from many workers.</summary>
internal sealed class LatencyLog
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _values = [];

    public int Count
    {
        get
        {
            lock (_lock) return _values.Count;
        }
    }

    public void Add(TimeSpan value)
    {
        lock (_lock) _values.Add(value);
    }

    public void AddRange(IReadOnlyCollection<TimeSpan> values)
    {
        lock (_lock) _values.AddRange(values);
    }

    public TimeSpan[] ToArray()
    {
        lock (_lock) return [.. _values];
    }

    public LatencySummary Summarize()
    {
        var sorted = ToArray();
        Array.Sort(sorted);
        return new LatencySummary(
            Percentiles.Of(sorted, 50)?.TotalMilliseconds,
            Percentiles.Of(sorted, 99)?.TotalMilliseconds,
            sorted.Length == 0 ? null : sorted[^1].TotalMilliseconds);
    }
}
