namespace Engine.Silo.Time;

/// <summary>A clock that runs faster than the real one, for rehearsing a shift in minutes.</summary>
/// <remarks>
/// All three faces are scaled: <see cref="GetUtcNow"/>, <see cref="GetTimestamp"/> and <see cref="CreateTimer"/>. A clock that
/// scaled only the time of day would let a deadline pass long before its timer fires. Unless it counts from a
/// moment that was kept (<see cref="Since"/>), time stands earlier after a restart than before it: fit for data that is
/// thrown away.
/// </remarks>
public sealed class ScaledTimeProvider : TimeProvider
{
    private readonly TimeProvider _real;
    private readonly double _speed;
    private readonly DateTimeOffset _startTime;
    private readonly long _startTimestamp;
    private readonly DateTimeOffset? _origin;

    /// <param name="real">The clock to be scaled.</param>
    /// <param name="speed">Seconds that pass here in one real second; above 0.</param>
    /// <param name="start">What time it is at the beginning; the real time when not given.</param>
    public ScaledTimeProvider(TimeProvider real, double speed, DateTimeOffset? start = null)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        _real = real;
        _speed = speed;
        _startTime = start ?? real.GetUtcNow();
        _startTimestamp = real.GetTimestamp();
    }

    private ScaledTimeProvider(DateTimeOffset origin, TimeProvider real, double speed)
        : this(real, speed) => _origin = origin;

    /// <summary>
    /// A clock that several processes show alike, and that goes on after a restart: it follows a real one that they share, and
    /// all count from the same moment of it.
    /// </summary>
    /// <param name="real">The clock that they share.</param>
    /// <param name="speed">Seconds that pass here in one real second; above 0.</param>
    /// <param name="origin">When both clocks showed the same.</param>
    public static ScaledTimeProvider Since(TimeProvider real, double speed, DateTimeOffset origin) =>
        new(origin, real, speed);

    /// <inheritdoc/>
    public override long TimestampFrequency => _real.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _real.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _origin is { } origin
        ? origin + (_real.GetUtcNow() - origin) * _speed
        : _startTime + _real.GetElapsedTime(_startTimestamp) * _speed;

    /// <inheritdoc/>
    public override long GetTimestamp() =>
        _startTimestamp + (long)((_real.GetTimestamp() - _startTimestamp) * _speed);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(_real.CreateTimer(callback, state, Scale(dueTime), Scale(period)), this);

    private TimeSpan Scale(TimeSpan time)
    {
        if (time == Timeout.InfiniteTimeSpan || time == TimeSpan.Zero)
            return time;
        var scaled = time / _speed;
        // A period of zero would mean "once".
        return scaled < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : scaled;
    }

    private sealed class ScaledTimer(ITimer real, ScaledTimeProvider clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => real.Change(clock.Scale(dueTime), clock.Scale(period));

        public void Dispose() => real.Dispose();

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
