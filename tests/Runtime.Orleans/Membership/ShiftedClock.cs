namespace Engine.Runtime.Orleans.Tests.Membership;

/// <summary>A clock of a simulated machine: a little fast or slow, or wrong.</summary>
internal sealed class ShiftedClock(LeaseWorld world, double rate) : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)(world.Now.Ticks * rate) + Shift.Ticks;
}
