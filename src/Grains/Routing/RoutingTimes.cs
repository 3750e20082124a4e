using Engine.V1;

namespace Engine.Grains.Routing;

/// <summary>Times of <see cref="RoutingSettings"/> and <see cref="Queue"/>, with their defaults filled in.</summary>
internal static class RoutingTimes
{
    private static readonly TimeSpan AbsenceGraceUsual = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DisconnectGraceUsual = TimeSpan.FromSeconds(30);

    public static TimeSpan AbsenceGrace(RoutingSettings settings) => settings.AbsenceGrace?.ToTimeSpan() ?? AbsenceGraceUsual;

    public static TimeSpan DisconnectGrace(RoutingSettings settings) => settings.DisconnectGrace?.ToTimeSpan() ?? DisconnectGraceUsual;
}
