using Google.Protobuf.WellKnownTypes;
using NodaTime;

namespace Engine.Grains.Routing.Matching;

/// <summary>Instants as ticks (100 ns) since 1970: what is compared a hundred times for each match.</summary>
internal static class BoardTime
{
    /// <summary>Later than all instants.</summary>
    public const long Never = long.MaxValue;

    public static long Ticks(Timestamp? time, long absent) =>
        time is null ? absent : time.Seconds * NodaConstants.TicksPerSecond + time.Nanos / NodaConstants.NanosecondsPerTick;

    public static long Ticks(Google.Protobuf.WellKnownTypes.Duration duration) =>
        duration.Seconds * NodaConstants.TicksPerSecond + duration.Nanos / NodaConstants.NanosecondsPerTick;

    public static Instant ToInstant(long ticks) => Instant.FromUnixTimeTicks(ticks);
}
