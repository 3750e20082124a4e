using System.Collections.Immutable;
using Engine.V1;

namespace Engine.Grains.Sla;

/// <summary>The metrics, in the order in which things of one instant are told.</summary>
public static class SlaMetrics
{
    public const int Count = 4;

    public static ImmutableArray<SlaMetric> All { get; } =
        [SlaMetric.FirstResponse, SlaMetric.NextResponse, SlaMetric.PeriodicUpdate, SlaMetric.Resolution];

    internal static int IndexOf(SlaMetric metric) => (int)metric - 1;
}
