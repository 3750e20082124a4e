using Microsoft.Extensions.Hosting;

namespace Orleans.TestingHost;

/// <summary>What an in-process test cluster is made of.</summary>
public sealed class InProcessTestClusterOptions
{
    public string ClusterId { get; set; } = "";

    public string ServiceId { get; set; } = "";

    /// <summary>Silos that are deployed first. <value>Default 1.</value></summary>
    public short InitialSilosCount { get; set; }

    /// <summary>Whether a client is connected on deployment. <value>Default true.</value></summary>
    public bool InitializeClientOnDeploy { get; set; } = true;

    public List<Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder>> SiloHostConfigurationDelegates { get; } = [];

    public List<Action<IHostApplicationBuilder>> ClientHostConfigurationDelegates { get; } = [];
}
