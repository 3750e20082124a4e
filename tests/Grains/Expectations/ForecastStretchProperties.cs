using Engine.Grains.Expectations;
using Engine.Grains.Tests.Support;
using Xunit.Abstractions;

namespace Engine.Grains.Tests.Expectations;

/// <summary>What forecasts learn from how they came true.</summary>
public sealed class ForecastStretchProperties(ITestOutputHelper output)
{
    [Fact]
    public void Every_answer_moves_both_factors_a_little_and_to_the_right_side_and_never_beyond_the_bounds() => Cases.Check(
        output,
        random => Enumerable.Range(0, random.Next(1, 200)).Select(_ => (Likely: random.Next(3) == 0, Latest: random.Next(4) > 0)).ToList(),
        answers => Enumerable.Range(0, answers.Count).Select(left => answers.Take(left).ToList()),
        answers =>
        {
            var stretch = ForecastStretch.None;
            foreach (var (likely, latest) in answers)
            {
                var next = stretch.After(likely, latest);
                if (Fault(stretch.LikelyFactor, next.LikelyFactor, likely) is { } a) return $"likely: {a}";
                if (Fault(stretch.LatestFactor, next.LatestFactor, latest) is { } b) return $"latest: {b}";
                stretch = next;
            }

            return null;
        });

    /// <summary>However wrong the forecast is, within the bounds, and whatever shape the waits have.</summary>
    [Fact]
    public void Shares_become_a_half_and_nine_tenths_though_the_forecast_errs_to_one_side() => Cases.Check(
        output,
        random => (Seed: random.Next(), Bias: Math.Exp((random.NextDouble() * 2 - 1) * 0.9), Spread: 0.3 + random.NextDouble() * 0.7),
        _ => [],
        world =>
        {
            const int Learnt = 200;
            const int Counted = 1_000;
            var random = new Random(world.Seed);
            var (stretch, likely, latest) = (ForecastStretch.None, 0, 0);
            for (var i = 0; i < Learnt + Counted; i++)
            {
                // A forecast that has the waits' true quantiles, but for its bias.
                var wait = world.Bias * Math.Exp(world.Spread * Normal(random));
                var (beforeLikely, beforeLatest) = (wait < stretch.LikelyFactor, wait < stretch.LatestFactor * Math.Exp(world.Spread * 1.2816));
                stretch = stretch.After(beforeLikely, beforeLatest);
                if (i < Learnt) continue;
                likely += beforeLikely ? 1 : 0;
                latest += beforeLatest ? 1 : 0;
            }

            // The steps add up to where the factor is: no share can be off by more than its range by the step and the count.
            return Math.Abs(likely / (double)Counted - ForecastStretch.LikelyShare) > 0.05 ? $"{likely} of {Counted} before likely"
                : Math.Abs(latest / (double)Counted - ForecastStretch.LatestShare) > 0.05 ? $"{latest} of {Counted} before latest" : null;
        });

    [Fact]
    public void Nonsense_from_elsewhere_is_bounded()
    {
        Assert.Equal(ForecastStretch.FactorMax, new ForecastStretch(100, 0).LikelyFactor, 9);
        Assert.Equal(1 / ForecastStretch.FactorMax, new ForecastStretch(0, -100).LatestFactor, 9);
        Assert.Equal(1, new ForecastStretch(double.NaN, 0).LikelyFactor);
        Assert.Equal(1, ForecastStretch.None.LatestFactor);
    }

    private static string? Fault(double before, double after, bool came)
    {
        if (after is > ForecastStretch.FactorMax * 1.000001 or < 1 / (ForecastStretch.FactorMax * 1.000001)) return $"{after}";
        if (came ? after > before : after < before) return $"{before} becomes {after} after an answer that came {(came ? "before" : "after")}";
        return Math.Abs(Math.Log(after / before)) > 0.1 ? $"{before} becomes {after} at once" : null;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
