using Engine.Storage.Postgres.Time;

namespace Engine.Storage.Tests.Postgres;

public sealed class SlewedTimeTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void Correct_BehindByLittle_CatchesUpAtATenth()
    {
        var time = SlewedTime.Starting(0, 1_000 * Second).Correct(10 * Second, (1_010 * Second) + (Second / 10), 0);
        Assert.Equal(1_010 * Second, time.At(10 * Second));
        Assert.Equal((1_010 * Second) + (11 * Second / 20), time.At(10 * Second + (Second / 2)));
        Assert.Equal((1_020 * Second) + (Second / 10), time.At(20 * Second));
    }

    [Fact]
    public void Correct_AheadByLittle_WaitsWithoutStanding()
    {
        var time = SlewedTime.Starting(0, 0).Correct(0, -Second / 10, 0);
        Assert.Equal(9 * Second / 20, time.At(Second / 2));
        Assert.Equal((10 * Second) - (Second / 10), time.At(10 * Second));
    }

    [Fact]
    public void Correct_FarBehind_JumpsAhead() =>
        Assert.Equal(3_600 * Second, SlewedTime.Starting(0, 0).Correct(0, 3_600 * Second, 0).At(0));

    [Fact]
    public void Correct_FarAhead_RunsAtHalfUntilItIsRight()
    {
        var time = SlewedTime.Starting(0, 3_600 * Second).Correct(0, 0, 0);
        Assert.Equal(3_601 * Second, time.At(2 * Second));
        Assert.Equal(7_200 * Second, time.At(7_200 * Second));
        Assert.Equal(7_201 * Second, time.At(7_201 * Second));
    }

    [Fact]
    public void Correct_WithinTheUncertainty_ChangesNothing()
    {
        var time = SlewedTime.Starting(0, 0).Correct(Second, Second + 500, 600);
        Assert.Equal(2 * Second, time.At(2 * Second));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Correct_AnyMeasurements_TimeNeverGoesBackAndEndsNearTheTruth(int seed)
    {
        var random = new Random(seed);
        var time = SlewedTime.Starting(0, 0);
        var (local, last, truth) = (0L, 0L, 0L);
        for (var i = 0; i < 2_000; i++)
        {
            local += random.NextInt64(Second);
            var now = time.At(local);
            Assert.True(now >= last, $"Went back at step {i} (seed {seed}).");
            last = now;
            truth = local + (i < 1_900 ? random.NextInt64(-20 * Second, 20 * Second) : 0);
            if (random.Next(5) == 0) time = time.Correct(local, truth, random.NextInt64(Second / 100));
        }

        Assert.InRange(time.At(local + (100 * Second)) - (local + (100 * Second)), -Second / 50, Second / 50);
    }
}
