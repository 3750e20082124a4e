using Engine.Silo.Time;

namespace Engine.Silo.Tests;

public sealed class ScaledTimeProviderTests
{
    private readonly ManualTimeProvider _real = new();

    [Fact]
    public void Time_and_timestamp_pass_at_the_same_speed()
    {
        var clock = new ScaledTimeProvider(_real, 60);
        var began = clock.GetUtcNow();
        var stamp = clock.GetTimestamp();

        _real.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(TimeSpan.FromMinutes(10), clock.GetUtcNow() - began);
        Assert.Equal(TimeSpan.FromMinutes(10), clock.GetElapsedTime(stamp));
    }

    [Fact]
    public void Begins_at_the_given_time()
    {
        var morning = new DateTimeOffset(2030, 1, 2, 8, 0, 0, TimeSpan.Zero);

        Assert.Equal(morning, new ScaledTimeProvider(_real, 60, morning).GetUtcNow());
    }

    [Theory]
    [InlineData(60_000, 120_000, 1_000, 2_000)]
    [InlineData(0, -1, 0, -1)]
    [InlineData(-1, -1, -1, -1)]
    // A period that rounds to nothing would be no period.
    [InlineData(1, 1, 1, 1)]
    public void Timers_are_asked_of_the_real_clock_in_real_time(int due, int period, int realDue, int realPeriod)
    {
        var clock = new ScaledTimeProvider(_real, 60);

        using var timer = clock.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(due), TimeSpan.FromMilliseconds(period));
        Assert.Equal((TimeSpan.FromMilliseconds(realDue), TimeSpan.FromMilliseconds(realPeriod)), _real.Asked);

        timer.Change(TimeSpan.FromMilliseconds(period), TimeSpan.FromMilliseconds(due));
        Assert.Equal((TimeSpan.FromMilliseconds(realPeriod), TimeSpan.FromMilliseconds(realDue)), _real.Asked);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Speed_must_be_above_zero(double speed) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaledTimeProvider(_real, speed));

    private sealed class ManualTimeProvider : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public (TimeSpan Due, TimeSpan Period) Asked { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => _now += time;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.UtcTicks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Asked = (dueTime, period);
            return new Timer(this);
        }

        private sealed class Timer(ManualTimeProvider clock) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                clock.Asked = (dueTime, period);
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
