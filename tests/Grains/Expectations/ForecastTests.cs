using Engine.Grains.Expectations;
using Engine.Grains.Sla.Calendars;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Tests.Expectations;

/// <summary>When an answer can be expected. Times are UTC; the office is in Lisbon, in winter the same.</summary>
public sealed class ForecastTests
{
    /// <summary>A Monday.</summary>
    private static readonly Instant Morning = Instant.FromUtc(2026, 1, 12, 10, 0);

    private static readonly ResponseHistory Usual = new(Duration.FromMinutes(30), Duration.FromMinutes(90), 500, BusinessTime: true);

    [Fact]
    public void Who_waits_and_who_is_there_is_the_best_basis()
    {
        var forecast = ForecastCore.Make(Input(Morning) with
        {
            Live = new LiveLoad(Ahead: 9, Agents: 2, Duration.FromMinutes(6)),
            History = Usual,
            SlaDeadline = Morning + Duration.FromHours(4),
        });
        // Ten answers at one every three minutes: the median of that gamma is 29.0 minutes, its 90 % quantile 42.6.
        Assert.Equal((Morning + Duration.FromMinutes(30), Morning + Duration.FromMinutes(45), ExpectationBasis.Live), Times(forecast));
    }

    [Theory]
    [InlineData(0, 0.6931, 2.3026)]
    [InlineData(1, 1.6783, 3.8897)]
    [InlineData(4, 4.6709, 7.9936)]
    [InlineData(19, 19.6681, 25.9025)]
    [InlineData(99, 99.6668, 113.0103)]
    public void Load_forecasts_are_quantiles_of_the_gamma_distribution(int ahead, double median, double ninetieth)
    {
        var hour = Duration.FromHours(1);
        var forecast = ForecastCore.Make(new ForecastInput(Morning, Morning) { Live = new LiveLoad(ahead, 1, hour) });
        Assert.InRange((forecast.Likely!.Value - Morning).TotalHours, median * 0.98 - 0.25, median * 1.02 + 0.25);
        Assert.InRange((forecast.Latest!.Value - Morning).TotalHours, ninetieth * 0.98, ninetieth * 1.02 + 0.5);
    }

    [Fact]
    public void Twice_the_agents_halve_the_wait()
    {
        var alone = ForecastCore.Make(Input(Morning) with { Live = new LiveLoad(3, 1, Duration.FromMinutes(10)) });
        var two = ForecastCore.Make(Input(Morning) with { Live = new LiveLoad(3, 2, Duration.FromMinutes(10)) });
        // Medians of 36.7 and 18.4 minutes, told to the nearest five.
        Assert.Equal(35, (alone.Likely!.Value - Morning).TotalMinutes);
        Assert.Equal(20, (two.Likely!.Value - Morning).TotalMinutes);
    }

    [Fact]
    public void What_does_not_fit_before_closing_goes_on_at_the_next_opening()
    {
        var evening = Instant.FromUtc(2026, 1, 16, 16, 30);
        var forecast = ForecastCore.Make(Input(evening) with { Live = new LiveLoad(9, 1, Duration.FromMinutes(6)) });
        // A median of 58 minutes on Friday half an hour before five: Monday 09:28.
        Assert.Equal(Instant.FromUtc(2026, 1, 19, 9, 30), forecast.Likely);
        Assert.Equal(Instant.FromUtc(2026, 1, 19, 10, 0), forecast.Latest);
    }

    [Fact]
    public void What_is_soon_is_told_to_the_minute()
    {
        var forecast = ForecastCore.Make(Input(Morning) with { Live = new LiveLoad(0, 1, Duration.FromMinutes(3)) });
        // One answer at one every three minutes: a median of 2.1 minutes, a 90 % quantile of 6.9.
        Assert.Equal((Morning + Duration.FromMinutes(2), Morning + Duration.FromMinutes(7), ExpectationBasis.Live), Times(forecast));
    }

    [Fact]
    public void What_was_learnt_stretches_what_is_computed_from_load_and_history_but_no_promised_time()
    {
        var stretch = new ForecastStretch(-Math.Log(2), Math.Log(2));
        var live = ForecastCore.Make(Input(Morning) with { Live = new LiveLoad(9, 2, Duration.FromMinutes(6)), Stretch = stretch });
        // 29.0 and 42.6 minutes become 14.5 and 85.2.
        Assert.Equal((Morning + Duration.FromMinutes(15), Morning + Duration.FromMinutes(90), ExpectationBasis.Live), Times(live));
        var history = ForecastCore.Make(Input(Morning) with { History = Usual, Stretch = stretch });
        Assert.Equal((Morning + Duration.FromMinutes(15), Morning + Duration.FromMinutes(180), ExpectationBasis.History), Times(history));
        var deadline = Morning + Duration.FromHours(4);
        var sla = ForecastCore.Make(Input(Morning) with { SlaDeadline = deadline, Stretch = stretch });
        Assert.Equal((Morning + Duration.FromHours(2), deadline, ExpectationBasis.Sla), Times(sla));
    }

    [Fact]
    public void Without_anybody_there_history_tells()
    {
        var forecast = ForecastCore.Make(Input(Morning) with { Live = new LiveLoad(3, 0, Duration.FromMinutes(6)), History = Usual });
        Assert.Equal((Morning + Duration.FromMinutes(30), Morning + Duration.FromMinutes(90), ExpectationBasis.History), Times(forecast));
    }

    [Fact]
    public void Who_has_waited_longer_than_most_waits_on_as_those_did_who_waited_so_long()
    {
        var input = new ForecastInput(Morning + Duration.FromMinutes(60), Morning) { Calendar = Office(), History = Usual };
        var forecast = ForecastCore.Make(input);
        // Beyond the median a fifth is left after 60 minutes: half of it after 26 more, a tenth of it after 86 more.
        Assert.Equal(Morning + Duration.FromMinutes(85), forecast.Likely);
        Assert.Equal(Morning + Duration.FromMinutes(150), forecast.Latest);
    }

    [Fact]
    public void Too_few_answers_are_no_history()
    {
        var deadline = Morning + Duration.FromHours(4);
        var forecast = ForecastCore.Make(Input(Morning) with { History = Usual with { Count = 19 }, SlaDeadline = deadline });
        Assert.Equal((Morning + Duration.FromHours(2), deadline, ExpectationBasis.Sla), Times(forecast));
    }

    [Fact]
    public void Nothing_known_is_told_as_that()
    {
        Assert.Equal(new Forecast(null, null, ExpectationBasis.Unknown), ForecastCore.Make(Input(Morning)));
        Assert.Equal(new Forecast(null, null, ExpectationBasis.Unknown), ForecastCore.Make(Input(Morning) with { SlaDeadline = Morning }));
    }

    [Fact]
    public void Out_of_hours_the_wait_begins_with_the_opening()
    {
        var saturday = Instant.FromUtc(2026, 1, 17, 12, 0);
        var forecast = ForecastCore.Make(Input(saturday) with { History = Usual, Live = new LiveLoad(0, 1, Duration.FromMinutes(5)) });
        Assert.Equal((Instant.FromUtc(2026, 1, 19, 9, 30), Instant.FromUtc(2026, 1, 19, 10, 30), ExpectationBasis.Closed), Times(forecast));
        Assert.Equal(Instant.FromUtc(2026, 1, 19, 9, 0), forecast.Opening);
    }

    [Fact]
    public void Closed_for_good_promises_nothing()
    {
        var never = BusinessCalendar.Create(new Calendar { TimeZone = "Europe/Lisbon" }).Change;
        Assert.Equal(
            new Forecast(null, null, ExpectationBasis.Closed),
            ForecastCore.Make(Input(Morning) with { Calendar = never, History = Usual }));
    }

    [Fact]
    public void Likely_is_before_latest_and_neither_is_early()
    {
        for (var ahead = 0; ahead < 300; ahead++)
        {
            var input = Input(Morning + Duration.FromSeconds(ahead * 37)) with { Live = new LiveLoad(ahead, 1.5, Duration.FromSeconds(1 + ahead % 90)) };
            var forecast = ForecastCore.Make(input);
            Assert.True(forecast.Likely > input.Now && forecast.Likely < forecast.Latest, $"{ahead}: {forecast}");
        }
    }

    /// <summary>Random answers at the pace that the forecast is told of: half of them before likely, nine tenths before latest.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 3)]
    [InlineData(60, 12)]
    public void A_queue_of_that_pace_keeps_what_was_forecast(int ahead, int agents)
    {
        // Long enough that what is told in half hours is no matter.
        var (random, pace) = (new Random(ahead), Duration.FromDays(3));
        var forecast = ForecastCore.Make(new ForecastInput(Morning, Morning) { Live = new LiveLoad(ahead, agents, pace) });
        var counters = new ExpectationCalibration();
        for (var i = 0; i < 20_000; i++)
        {
            var wait = Duration.Zero;
            for (var answer = 0; answer <= ahead; answer++) wait += pace * (-Math.Log(1 - random.NextDouble()) / agents);
            var promise = PromiseCore.Ask(null, forecast, Morning).Promise;
            counters = PromiseCore.Count(counters, PromiseCore.End(promise, Morning + wait, answered: true).Event!.Ended);
        }

        Assert.InRange(counters.BeforeLikelyCount / 20_000.0, 0.48, 0.53);
        Assert.InRange(counters.BeforeLatestCount / 20_000.0, 0.88, 0.92);
    }

    private static ForecastInput Input(Instant now) => new(now, now) { Calendar = Office() };

    private static (Instant?, Instant?, ExpectationBasis) Times(Forecast forecast) => (forecast.Likely, forecast.Latest, forecast.Basis);

    private static BusinessCalendar Office() => BusinessCalendar.Create(new Calendar
    {
        TimeZone = "Europe/Lisbon",
        WeeklyHours =
        {
            new WeeklyHours
            {
                Days = { Weekday.Monday, Weekday.Tuesday, Weekday.Wednesday, Weekday.Thursday, Weekday.Friday },
                StartTime = "09:00",
                EndTime = "17:00",
            },
        },
    }).Change!;
}
