namespace Engine.LoadTests.Shift.Observing;

/// <summary>How many units an agent holds, over time.</summary>
internal sealed class LoadCurve
{
    private readonly List<(DateTimeOffset At, int Units)> _points;

    private LoadCurve(List<(DateTimeOffset At, int Units)> points) => _points = points;

    public static LoadCurve Of(IEnumerable<Holding> holdings)
    {
        var points = new List<(DateTimeOffset, int)>();
        var units = 0;
        foreach (var instant in holdings.SelectMany(h => new[] { (At: h.From, h.Units), (At: h.To, Units: -h.Units) })
            .GroupBy(c => c.At).OrderBy(g => g.Key))
        {
            units += instant.Sum(c => c.Units);
            points.Add((instant.Key, units));
        }

        return new LoadCurve(points);
    }

    /// <summary>The longest stretch within a time in which no more than so many units were held.</summary>
    public TimeSpan LongestAtMost(int units, DateTimeOffset from, DateTimeOffset to)
    {
        var longest = TimeSpan.Zero;
        DateTimeOffset? since = null;
        foreach (var (begin, end, held) in Pieces(from, to))
        {
            if (held > units)
            {
                since = null;
                continue;
            }

            since ??= begin;
            if (end - since.Value > longest) longest = end - since.Value;
        }

        return longest;
    }

    /// <summary>Units times hours held within a time.</summary>
    public double UnitHours(DateTimeOffset from, DateTimeOffset to) =>
        Pieces(from, to).Sum(p => (p.To - p.From).TotalHours * p.Units);

    private IEnumerable<(DateTimeOffset From, DateTimeOffset To, int Units)> Pieces(DateTimeOffset from, DateTimeOffset to)
    {
        var (at, units) = (from, 0);
        for (var i = First(from); i < _points.Count && _points[i].At < to; i++)
        {
            if (_points[i].At > at)
            {
                yield return (at, _points[i].At, units);
                at = _points[i].At;
            }

            units = _points[i].Units;
        }

        if (to > at) yield return (at, to, units);
    }

    /// <summary>The last point that is not after an instant, or the first of all.</summary>
    private int First(DateTimeOffset instant)
    {
        var (low, high) = (0, _points.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_points[middle].At <= instant) low = middle + 1;
            else high = middle;
        }

        return Math.Max(0, low - 1);
    }
}
