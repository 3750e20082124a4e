using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Duration = NodaTime.Duration;
using ProtoDuration = Google.Protobuf.WellKnownTypes.Duration;

namespace Engine.Grains.Sla;

/// <summary>Instants and durations between the wire, the engine's clock and calendars. Nothing below 100 ns is kept.</summary>
public static class SlaTime
{
    public static Instant ToInstant(this Timestamp time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Instant.FromUnixTimeSeconds(time.Seconds).PlusTicks(time.Nanos / NodaConstants.NanosecondsPerTick);
    }

    public static Instant ToInstant(this DateTimeOffset time) => Instant.FromDateTimeOffset(time);

    public static Timestamp ToTimestamp(this Instant time)
    {
        var ticks = time.ToUnixTimeTicks();
        var seconds = Math.DivRem(ticks, NodaConstants.TicksPerSecond, out var rest);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + NodaConstants.TicksPerSecond);
        return new Timestamp { Seconds = seconds, Nanos = (int)(rest * NodaConstants.NanosecondsPerTick) };
    }

    public static Duration ToNoda(this ProtoDuration duration)
    {
        ArgumentNullException.ThrowIfNull(duration);
        return Duration.FromSeconds(duration.Seconds) + Duration.FromTicks(duration.Nanos / NodaConstants.NanosecondsPerTick);
    }

    public static ProtoDuration ToProto(this Duration duration)
    {
        var ticks = duration.BclCompatibleTicks;
        return new ProtoDuration
        {
            Seconds = ticks / NodaConstants.TicksPerSecond,
            Nanos = (int)(ticks % NodaConstants.TicksPerSecond * NodaConstants.NanosecondsPerTick),
        };
    }
}
