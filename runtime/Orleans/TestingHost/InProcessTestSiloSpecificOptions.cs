namespace Orleans.TestingHost;

/// <summary>What one silo has of its own.</summary>
public sealed class InProcessTestSiloSpecificOptions
{
    public int SiloPort { get; set; }

    /// <summary>Zero for a free one.</summary>
    public int GatewayPort { get; set; }

    public string SiloName { get; set; } = "";
}
