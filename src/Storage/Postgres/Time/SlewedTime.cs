namespace Engine.Storage.Postgres.Time;

/// <summary>
/// A reading of time that is corrected without ever going back: a line over the local monotonic clock, whose slope is
/// changed a little until the error is gone. Immutable.
/// </summary>
/// <param name="Anchor">Where on the local monotonic clock the line begins.</param>
/// <param name="Time">What time it was there, UTC ticks.</param>
/// <param name="Rate">Ticks of this time for one of the local clock, until the correction is done.</param>
/// <param name="Correction">For how many local ticks the rate applies; after that it is 1.</param>
internal sealed record SlewedTime(long Anchor, long Time, double Rate, long Correction)
{
    /// <summary>A clock behind by more is set forward at once: nobody is harmed by a jump ahead, and a deadline is late already.</summary>
    public static readonly TimeSpan StepMin = TimeSpan.FromSeconds(1);

    /// <summary>Errors are worked off at a tenth of the clock's speed; large ones, of a clock ahead, at half.</summary>
    private const double GentleRate = 0.1;
    private const double LargestRate = 0.5;

    public static SlewedTime Starting(long anchor, long time) => new(anchor, time, 1, 0);

    /// <param name="local">Ticks of the local monotonic clock.</param>
    /// <returns>UTC ticks; never less for a later moment.</returns>
    public long At(long local)
    {
        var elapsed = Math.Max(0, local - Anchor);
        var slewed = Math.Min(elapsed, Correction);
        return Time + (long)(slewed * Rate) + (elapsed - slewed);
    }

    /// <summary>The line that goes on from here and meets a measured time.</summary>
    /// <param name="measured">What time it is at <paramref name="local"/>, UTC ticks.</param>
    /// <param name="uncertainty">Half the measurement's round trip: errors below it mean nothing.</param>
    public SlewedTime Correct(long local, long measured, long uncertainty)
    {
        var now = At(local);
        var error = measured - now;
        if (Math.Abs(error) <= uncertainty) return new SlewedTime(local, now, 1, 0);
        if (error >= StepMin.Ticks) return Starting(local, measured);
        var rate = error < -StepMin.Ticks ? LargestRate : GentleRate;
        return new SlewedTime(local, now, error > 0 ? 1 + rate : 1 - rate, (long)(Math.Abs(error) / rate));
    }
}
