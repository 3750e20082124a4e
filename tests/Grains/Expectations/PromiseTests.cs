using Engine.Grains.Expectations;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Tests.Expectations;

/// <summary>What a customer was told, and what becomes of it.</summary>
public sealed class PromiseTests
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 6, 1, 12, 0);

    [Fact]
    public void What_was_told_stands_while_it_can_be_kept()
    {
        var told = PromiseCore.Ask(null, In(20, 40), Noon);
        Assert.NotNull(told.Event?.Promised);
        // Busier, and quieter: neither is news to who was told.
        foreach (var other in new[] { In(40, 70), In(5, 10) })
        {
            var again = PromiseCore.Ask(told.Promise, other, After(10));
            Assert.Null(again.Event);
            Assert.Equal(After(40), PromiseCore.Shown(again.Promise, other, After(10)).Latest);
        }
    }

    [Fact]
    public void A_promise_more_likely_broken_than_kept_is_revised_once()
    {
        var promise = PromiseCore.Ask(null, In(20, 40), Noon).Promise!;
        var revised = PromiseCore.Review(promise, In(41, 80), After(15));
        Assert.NotNull(revised.Event?.Revised);
        Assert.Equal(After(80), revised.Promise!.LatestNow);
        Assert.Equal(After(40), revised.Promise.Latest);

        var again = PromiseCore.Review(revised.Promise, In(200, 300), After(16));
        Assert.Null(again.Event);
        Assert.Equal(revised.Promise, again.Promise);
        Assert.Null(PromiseCore.NextReview(revised.Promise, After(16)));
    }

    [Fact]
    public void Nobody_is_told_of_a_time_that_has_passed()
    {
        var promise = PromiseCore.Ask(null, In(20, 40), Noon).Promise!;
        Assert.Null(PromiseCore.Review(promise, In(100, 200), After(40)).Event);
        // Who asks then hears what can be expected now.
        Assert.Equal(After(200), PromiseCore.Shown(promise, In(100, 200), After(40)).Latest);
    }

    [Fact]
    public void Reviews_come_closer_until_the_time_is_near()
    {
        var promise = PromiseCore.Ask(null, In(20, 40), Noon).Promise!;
        var (reviews, now) = (new List<double>(), Noon);
        while (PromiseCore.NextReview(promise, now) is { } next)
        {
            Assert.True(next > now && next < promise.Latest);
            reviews.Add((next - Noon).TotalMinutes);
            now = next;
        }

        Assert.Equal([20, 30, 35, 37.5, 38.75], reviews);
    }

    [Fact]
    public void Nothing_known_is_no_promise()
    {
        var decision = PromiseCore.Ask(null, new Forecast(null, null, ExpectationBasis.Unknown), Noon);
        Assert.Null(decision.Promise);
        Assert.Null(decision.Event);
        Assert.Null(PromiseCore.End(null, Noon, answered: true).Event);
    }

    [Fact]
    public void Answers_calibrate_the_forecast_by_what_was_told_first()
    {
        var counters = new ExpectationCalibration();
        var promise = PromiseCore.Ask(null, In(20, 40), Noon).Promise!;
        var revised = PromiseCore.Review(promise, In(60, 90), After(10)).Promise!;
        foreach (var (kept, at) in new[] { (promise, 10), (promise, 20), (promise, 39), (promise, 40), (revised, 39), (revised, 80), (revised, 90) })
            counters = PromiseCore.Count(counters, PromiseCore.End(kept, After(at), answered: true).Event!.Ended);
        counters = PromiseCore.Count(counters, PromiseCore.End(promise, After(5), answered: false).Event!.Ended);

        Assert.Equal(
            new ExpectationCalibration { AnswerCount = 7, BeforeLikelyCount = 1, BeforeLatestCount = 4, RevisedCount = 3, BeforeRevisedCount = 2 },
            counters);
    }

    [Fact]
    public void Recorded_events_lead_to_the_same_promise()
    {
        var told = PromiseCore.Ask(null, In(20, 40), Noon);
        var revised = PromiseCore.Review(told.Promise!, In(60, 90), After(10));
        var ended = PromiseCore.End(revised.Promise, After(50), answered: true);

        var replayed = PromiseCore.Apply(null, told.Event!);
        Assert.Equal(told.Promise, replayed);
        replayed = PromiseCore.Apply(replayed, revised.Event!);
        Assert.Equal(revised.Promise, replayed);
        Assert.Null(PromiseCore.Apply(replayed, ended.Event!));
    }

    private static Instant After(int minutes) => Noon + Duration.FromMinutes(minutes);

    private static Forecast In(int likely, int latest) => new(After(likely), After(latest), ExpectationBasis.Live);
}
