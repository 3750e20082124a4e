using System.ComponentModel.DataAnnotations;

namespace Engine.Grains.Routing;

/// <summary>How queues look after themselves.</summary>
public sealed class RoutingOptions
{
    /// <summary>How often a queue compares what it remembers with the read models and its agents, in milliseconds of real time.</summary>
    /// <value>60,000. A difference is mended after two looks, and not before it has stood for <see cref="SuspectForMs"/>.</value>
    [Range(100, 3_600_000)]
    public int ReconcileEveryMs { get; set; } = 60_000;

    /// <summary>How long a difference must have stood before it is taken for a fault, in milliseconds of real time.</summary>
    /// <value>15,000.</value>
    [Range(1_000, 3_600_000)]
    public int SuspectForMs { get; set; } = 15_000;
}
