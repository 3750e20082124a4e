namespace Engine.Silo.Hosting;

/// <summary>When a scaled clock showed the same as the real one, and how fast it has run since.</summary>
internal sealed record ScaledClockOrigin(DateTimeOffset RealTime, double Speed)
{
    /// <summary>What the scaled clock shows when the real one shows this.</summary>
    public DateTimeOffset At(DateTimeOffset realTime) => RealTime + (realTime - RealTime) * Speed;
}
