namespace Orleans.Configuration;

/// <summary>When idle activations end.</summary>
public class GrainCollectionOptions
{
    public static readonly TimeSpan DEFAULT_COLLECTION_QUANTUM = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan DEFAULT_ACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan DEFAULT_DEACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

    /// <summary>Idle time after which an activation ends; more than the quantum. <value>Default 15 min.</value></summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The same by full name of a grain class; a <see cref="CollectionAgeLimitAttribute"/> beats it.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>How often idle activations are looked for. <value>Default 1 min.</value></summary>
    public TimeSpan CollectionQuantum { get; set; } = DEFAULT_COLLECTION_QUANTUM;

    /// <summary>How long OnActivateAsync may take before its token is cancelled. <value>Default 30 s.</value></summary>
    public TimeSpan ActivationTimeout { get; set; } = DEFAULT_ACTIVATION_TIMEOUT;

    /// <summary>How long OnDeactivateAsync may take before it is left behind. <value>Default 30 s.</value></summary>
    public TimeSpan DeactivationTimeout { get; set; } = DEFAULT_DEACTIVATION_TIMEOUT;

    /// <summary>Whether activations end early when memory is short. <value>Default false.</value></summary>
    public bool EnableActivationSheddingOnMemoryPressure { get; set; }

    /// <summary>Percent of available memory above which shedding starts. <value>Default 80.</value></summary>
    public double MemoryUsageLimitPercentage { get; set; } = 80;

    /// <summary>Percent of available memory at which shedding ends. <value>Default 75.</value></summary>
    public double MemoryUsageTargetPercentage { get; set; } = 75;

    /// <summary>How often memory is looked at. <value>Default 5 s.</value></summary>
    public TimeSpan MemoryUsagePollingPeriod { get; set; } = TimeSpan.FromSeconds(5);
}
