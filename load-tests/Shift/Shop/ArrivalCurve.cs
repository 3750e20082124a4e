namespace Engine.LoadTests.Shift.Shop;

/// <summary>When customers write over a day: a curve through points, of which the area under it matters, not its height.</summary>
/// <param name="Points">Share of the day from 0 to 1, and how many come then compared with other times.</param>
internal sealed record ArrivalCurve(IReadOnlyList<(double At, double Rate)> Points)
{
    /// <summary>A rush in the morning, a dip at lunch, a rush in the evening, and an end in which the backlog can be worked off.</summary>
    public static ArrivalCurve BlackFriday { get; } = new(
        [(0, 0.7), (0.12, 1.7), (0.25, 1.7), (0.4, 0.7), (0.5, 0.6), (0.6, 1.6), (0.72, 1.8), (0.82, 0.5), (1, 0.15)]);

    /// <summary>Instants of so many arrivals, in order; each drawn for itself, as customers come.</summary>
    /// <returns>Shares of the day, from 0 to 1.</returns>
    public IReadOnlyList<double> Draw(int count, Random random)
    {
        var instants = new double[count];
        for (var i = 0; i < count; i++) instants[i] = Quantile(random.NextDouble());
        Array.Sort(instants);
        return instants;
    }

    /// <summary>By when a share of all has come.</summary>
    internal double Quantile(double share)
    {
        var left = share * Enumerable.Range(1, Points.Count - 1).Sum(Area);
        for (var i = 1; i < Points.Count; i++)
        {
            if (left > Area(i) && i < Points.Count - 1)
            {
                left -= Area(i);
                continue;
            }

            var ((from, low), (to, high)) = (Points[i - 1], Points[i]);
            var width = to - from;
            // The area under a slope is a square function of how far one has come; solved for that.
            var slope = (high - low) / width;
            var root = Math.Sqrt(Math.Max(0, low * low + 2 * slope * left));
            var into = Math.Abs(slope) < 1e-9 ? left / low : (root - low) / slope;
            return Math.Clamp(from + into, from, to);
        }

        return 1;

        double Area(int i) => (Points[i].At - Points[i - 1].At) * (Points[i].Rate + Points[i - 1].Rate) / 2;
    }
}
