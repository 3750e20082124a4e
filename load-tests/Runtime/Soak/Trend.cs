using Engine.LoadTests.Bench;

namespace Engine.LoadTests.Runtime.Soak;

/// <summary>
/// Whether something keeps growing. The first third of a run is warm-up; of the other two the medians are compared, so that
/// neither a garbage collection at the right moment hides a leak nor one at the wrong moment makes one up.
/// </summary>
internal sealed record Trend
{
    public required string Name { get; init; }

    public required double SecondThird { get; init; }

    public required double LastThird { get; init; }

    /// <summary>The most that <see cref="LastThird"/> may be.</summary>
    public required double LastThirdMax { get; init; }

    public bool Grows => LastThird > LastThirdMax;

    /// <param name="values">In the order of time.</param>
    /// <param name="tolerance">Growth that is noise, as a share of the second third.</param>
    /// <param name="slack">Growth that is noise whatever the level.</param>
    /// <exception cref="ArgumentException">There are fewer than six values.</exception>
    public static Trend Of(string name, IReadOnlyList<double> values, double tolerance, double slack)
    {
        if (values.Count < 6) throw new ArgumentException("Too few values to tell.", nameof(values));
        var third = values.Count / 3;
        var second = BenchRounds.Median([.. values.Skip(third).Take(third)]);
        return new Trend
        {
            Name = name,
            SecondThird = second,
            LastThird = BenchRounds.Median([.. values.Skip(2 * third)]),
            LastThirdMax = second * (1 + tolerance) + slack,
        };
    }
}
