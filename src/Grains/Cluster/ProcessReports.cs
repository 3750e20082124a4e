namespace Engine.Grains.Cluster;

/// <summary>How often processes report, and how long a report stands.</summary>
public static class ProcessReports
{
    /// <summary>In real time, however fast the engine's clock runs.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromSeconds(5);

    /// <summary>A process that has been silent for this long is not listed any more.</summary>
    public static TimeSpan KeptFor { get; } = TimeSpan.FromSeconds(30);
}
