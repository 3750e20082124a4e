namespace Engine.Grains.Consumers;

/// <summary>
/// Failures of work that goes on all the same: how long to pause after each, and which to speak of. While a silo is gone, work
/// fails, partly succeeds and fails again, many times a second; pauses that began anew with each success would stay short,
/// and a line for each failure would bury everything else.
/// </summary>
internal sealed class Setbacks(TimeProvider time)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private TimeSpan _pause = PauseMin;
    private long? _failedAt;
    private long? _toldAt;
    private int _untold;

    /// <summary>One more failure: how long to pause. The longer the more of them, until there was none for a while.</summary>
    public TimeSpan Add()
    {
        lock (_lock)
        {
            if (_failedAt is not { } at || time.GetElapsedTime(at) > Calm) _pause = PauseMin;
            _failedAt = time.GetTimestamp();
            var pause = _pause;
            _pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            return pause;
        }
    }

    /// <summary>Whether to speak of a failure: of the first, and then of one in a while.</summary>
    /// <param name="failures">How many there were since one was spoken of, with this one.</param>
    public bool TryTell(out int failures)
    {
        lock (_lock)
        {
            failures = ++_untold;
            if (_toldAt is { } at && time.GetElapsedTime(at) < Silence) return false;
            _toldAt = time.GetTimestamp();
            _untold = 0;
            return true;
        }
    }
}
