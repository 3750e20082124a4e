namespace Orleans.TestingHost;

/// <summary>What a test cluster is made of.</summary>
public class TestClusterOptions
{
    public string ClusterId { get; set; } = "";

    public string ServiceId { get; set; } = "";

    /// <summary>Silos that are deployed first. <value>Default 2.</value></summary>
    public short InitialSilosCount { get; set; }

    /// <summary>Whether a client is connected on deployment. <value>Default true.</value></summary>
    public bool InitializeClientOnDeploy { get; set; } = true;

    /// <summary>Types of <see cref="ISiloConfigurator"/> and <see cref="IHostConfigurator"/> by assembly-qualified name.</summary>
    public List<string?> SiloBuilderConfiguratorTypes { get; } = [];

    /// <summary>Types of <see cref="IClientBuilderConfigurator"/> by assembly-qualified name.</summary>
    public List<string?> ClientBuilderConfiguratorTypes { get; } = [];
}
