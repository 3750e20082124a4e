using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>Configures each silo of a test cluster. It is named by type, so what it needs is static.</summary>
public interface ISiloConfigurator
{
    void Configure(ISiloBuilder siloBuilder);
}
