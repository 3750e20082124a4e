namespace Engine.LoadTests.Measuring;

/// <summary>
/// Percentiles by the nearest-rank definition: the smallest measured value that at least p percent of all values do not
/// exceed. It is always a value that really occurred; nothing is interpolated or put into buckets.
/// </summary>
internal static class Percentiles
{
    /// <param name="sorted">Ascending.</param>
    /// <param name="percent">Above 0, to 100.</param>
    /// <returns>The percentile; null without values.</returns>
    public static TimeSpan? Of(IReadOnlyList<TimeSpan> sorted, double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (sorted.Count == 0) return null;
        var rank = (int)Math.Ceiling(percent / 100 * sorted.Count);
        return sorted[Math.Clamp(rank, 1, sorted.Count) - 1];
    }
}
