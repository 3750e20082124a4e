using Microsoft.Extensions.Configuration;

namespace Orleans.TestingHost;

/// <summary>Builds a cluster in the test's process, configured by types.</summary>
public class TestClusterBuilder
{
    private readonly List<Action<IConfigurationBuilder>> _configuration = [];

    public TestClusterBuilder()
        : this(2)
    {
    }

    public TestClusterBuilder(short initialSilosCount) => Options = new TestClusterOptions
    {
        InitialSilosCount = initialSilosCount,
        ClusterId = CreateClusterId(),
        ServiceId = Guid.NewGuid().ToString("N"),
    };

    public TestClusterOptions Options { get; }

    /// <summary>Values of the configuration of all hosts.</summary>
    public Dictionary<string, string?> Properties { get; } = [];

    public static string CreateClusterId() => TestSilos.NewClusterId();

    public TestClusterBuilder ConfigureHostConfiguration(Action<IConfigurationBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(configureDelegate);
        _configuration.Add(configureDelegate);
        return this;
    }

    public TestClusterBuilder AddSiloBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(ISiloConfigurator).IsAssignableFrom(typeof(T)) && !typeof(IHostConfigurator).IsAssignableFrom(typeof(T)))
            throw new ArgumentException($"{typeof(T)} is neither {nameof(ISiloConfigurator)} nor {nameof(IHostConfigurator)}.");
        Options.SiloBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName!);
        return this;
    }

    public TestClusterBuilder AddClientBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(IClientBuilderConfigurator).IsAssignableFrom(typeof(T)) && !typeof(IHostConfigurator).IsAssignableFrom(typeof(T)))
            throw new ArgumentException($"{typeof(T)} is neither {nameof(IClientBuilderConfigurator)} nor {nameof(IHostConfigurator)}.");
        Options.ClientBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName!);
        return this;
    }

    public TestCluster Build()
    {
        TestSilos.CheckCount(Options.InitialSilosCount);
        var builder = new ConfigurationBuilder();
        builder.AddInMemoryCollection(Properties!);
        foreach (var configure in _configuration)
            configure(builder);
        return new TestCluster(Options, [.. builder.Sources]);
    }
}
