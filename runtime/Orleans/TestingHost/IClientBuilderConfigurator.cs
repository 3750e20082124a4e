using Microsoft.Extensions.Configuration;
using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>Configures the client of a test cluster.</summary>
public interface IClientBuilderConfigurator
{
    void Configure(IConfiguration configuration, IClientBuilder clientBuilder);
}
