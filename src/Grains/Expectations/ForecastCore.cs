using Engine.V1;
using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>
/// When an answer can be expected. The average wait is the naive forecast, and wrong twice: it knows nothing of who waits and
/// who is there now, and half of the customers wait longer than they were told. So two instants are told, the median and the
/// ninetieth percentile, from the best that is known: the answers still to be given before this one at the pace of those who
/// are there; else how long answers took lately, given how long this one has waited already; else the promised time. What its
/// forecasts taught the queue (<see cref="ForecastStretch"/>) makes the first two longer or shorter. All of
/// it passes in open hours, so what does not fit before closing goes on at the next opening.
/// Pure: no clock, no I/O, no chance.
/// </summary>
public static class ForecastCore
{
    private static readonly double Ln2 = Math.Log(2);
    private static readonly double Ln5 = Math.Log(5);
    private static readonly double Ln10 = Math.Log(10);

    /// <summary>Of the standard normal distribution.</summary>
    private const double NinetiethPercentile = 1.2815515655446004;

    public static Forecast Make(ForecastInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Calendar is not { } calendar || calendar.IsOpen(input.Now)) return Open(input);
        var opening = calendar.NextOpening(input.Now);
        if (opening.IsNever) return new Forecast(null, null, ExpectationBasis.Closed);
        // Who happens to be there out of hours promises nothing; what is measured in open hours begins with them.
        var (likely, latest) = input.History is { IsKnown: true, BusinessTime: true } history ? ByHistory(input, history)
            : input.SlaDeadline is { } deadline && deadline > opening.Value ? BySla(input, deadline)
            : (null, null);
        return Told(input, likely, latest, ExpectationBasis.Closed) with { Opening = opening.Value };
    }

    private static Forecast Open(ForecastInput input)
    {
        if (input.Live is { IsKnown: true } live)
        {
            var (likely, latest) = ByLoad(input, live);
            if (latest is not null) return Told(input, likely, latest, ExpectationBasis.Live);
        }

        if (input.History is { IsKnown: true } history)
        {
            var (likely, latest) = ByHistory(input, history);
            if (latest is not null) return Told(input, likely, latest, ExpectationBasis.History);
        }

        if (input.SlaDeadline is { } deadline && deadline > input.Now)
        {
            var (likely, latest) = BySla(input, deadline);
            return Told(input, likely, latest, ExpectationBasis.Sla);
        }

        return new Forecast(null, null, ExpectationBasis.Unknown);
    }

    /// <summary>
    /// Answers come one after the other at the pace of all agents together, at random: the wait for the n-th is gamma
    /// distributed. Its quantiles by Wilson and Hilferty, within 2 % even for n = 1.
    /// </summary>
    private static (Instant?, Instant?) ByLoad(ForecastInput input, LiveLoad live)
    {
        var n = live.Ahead + 1;
        var mean = live.TimePerAnswer / live.Agents;
        return (Gamma(0, input.Stretch.LikelyFactor), Gamma(NinetiethPercentile, input.Stretch.LatestFactor));

        Instant? Gamma(double z, double factor)
        {
            var root = 1 - 1 / (9.0 * n) + z / (3 * Math.Sqrt(n));
            return After(input, input.Now, mean * (n * root * root * root * factor), businessTime: true);
        }
    }

    /// <summary>
    /// Waits fall off exponentially, one way up to the median and another beyond: what passes through both quantiles. Asked
    /// for the quantiles of those waits that are at least as long as this one is already.
    /// </summary>
    private static (Instant?, Instant?) ByHistory(ForecastInput input, ResponseHistory history)
    {
        var median = history.Median.TotalSeconds;
        var scale = (history.NinetiethPercentile.TotalSeconds - median) / Ln5;
        var waited = (history.BusinessTime && input.Calendar is { } calendar
            ? calendar.BusinessTime(input.WaitingSince, input.Now)
            : Duration.Max(input.Now - input.WaitingSince, Duration.Zero)).TotalSeconds;
        // Survival in logarithms: 0 at the beginning, -ln 2 at the median.
        var now = waited <= median ? -Ln2 * waited / median : -Ln2 - (waited - median) / scale;
        return (Left(Ln2, input.Stretch.LikelyFactor), Left(Ln10, input.Stretch.LatestFactor));

        Instant? Left(double fall, double factor)
        {
            var then = now - fall;
            var wait = then >= -Ln2 ? -then / Ln2 * median : median + (-then - Ln2) * scale;
            return After(input, input.Now, Duration.FromSeconds((wait - waited) * factor), history.BusinessTime);
        }
    }

    private static (Instant?, Instant?) BySla(ForecastInput input, Instant deadline)
    {
        var left = input.Calendar?.BusinessTime(input.Now, deadline) ?? deadline - input.Now;
        return (After(input, input.Now, left / 2, businessTime: true), deadline);
    }

    private static Instant? After(ForecastInput input, Instant from, Duration wait, bool businessTime) =>
        businessTime && input.Calendar is { } calendar ? calendar.Add(from, wait).OrNull : from + wait;

    /// <summary>
    /// As people tell times: to the minute when very soon, to half an hour on another day. The latest instant is never told
    /// earlier than computed; the likely one is told to the nearest, since rounded up it would be later than half of the answers.
    /// </summary>
    private static Forecast Told(ForecastInput input, Instant? likely, Instant? latest, ExpectationBasis basis)
    {
        if (likely is not { } a || latest is not { } b) return new Forecast(null, null, basis);
        var zone = input.Calendar?.Zone ?? DateTimeZone.Utc;
        var step = StepOf(a - input.Now);
        var toldLikely = Round(a, step, step.BclCompatibleTicks / 2, zone);
        if (toldLikely <= input.Now) toldLikely = RoundUp(a, step, zone);
        if (toldLikely <= input.Now) toldLikely += step;
        var toldLatest = RoundUp(Instant.Max(a, b), StepOf(Instant.Max(a, b) - input.Now), zone);
        return new Forecast(toldLikely, toldLatest > toldLikely ? toldLatest : toldLikely + step, basis);
    }

    private static Duration StepOf(Duration ahead) => Duration.FromMinutes(
        ahead <= Duration.FromMinutes(15) ? 1 : ahead <= Duration.FromHours(2) ? 5 : ahead <= Duration.FromHours(24) ? 15 : 30);

    private static Instant RoundUp(Instant at, Duration step, DateTimeZone zone) => Round(at, step, step.BclCompatibleTicks - 1, zone);

    private static Instant Round(Instant at, Duration step, long added, DateTimeZone zone)
    {
        var offset = zone.GetUtcOffset(at).Ticks;
        var (local, size) = (at.ToUnixTimeTicks() + offset, step.BclCompatibleTicks);
        return Instant.FromUnixTimeTicks((local + added) / size * size - offset);
    }
}
