namespace Engine.Grains.Routing;

/// <summary>
/// How fast engine time passes. What silos do to each other takes real time, however fast the clock of a simulated shift runs:
/// a reservation that lasts 30 seconds of a clock at speed 60 would be over before its conversation has answered.
/// </summary>
internal sealed class ClockPace(EngineClock clock)
{
    private static readonly TimeSpan WindowMin = TimeSpan.FromMilliseconds(250);
    private const double PaceMax = 10_000;

    private readonly Lock _lock = new();
    private DateTimeOffset _engineAt = clock.UtcNow;
    private long _realAt = TimeProvider.System.GetTimestamp();
    private double _before = 1;
    private double _last = 1;
    private bool _isMeasured;

    /// <summary>Whichever is longer: a span of engine time, or as much engine time as passes in a span of real time.</summary>
    public TimeSpan AtLeast(TimeSpan engine, TimeSpan real)
    {
        var scaled = real * Measure();
        return scaled > engine ? scaled : engine;
    }

    /// <summary>Engine seconds in a second, at least 1. A clock that is set forward once is not taken for a fast one.</summary>
    private double Measure()
    {
        lock (_lock)
        {
            var real = TimeProvider.System.GetElapsedTime(_realAt);
            if (real < WindowMin) return Math.Min(_before, _last);
            var now = clock.UtcNow;
            var pace = Math.Clamp((now - _engineAt) / real, 1, PaceMax);
            (_before, _last) = (_isMeasured ? _last : pace, pace);
            (_engineAt, _realAt, _isMeasured) = (now, TimeProvider.System.GetTimestamp(), true);
            return Math.Min(_before, _last);
        }
    }
}
