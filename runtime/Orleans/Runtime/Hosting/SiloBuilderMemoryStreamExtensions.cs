using Orleans.Runtime.Streams;

namespace Orleans.Hosting;

/// <summary>Memory streams of a silo: volatile, fit for presence and typing.</summary>
public static class SiloBuilderMemoryStreamExtensions
{
    /// <summary>Adds streams; explicit subscriptions need a grain storage named <c>PubSubStore</c>.</summary>
    public static ISiloBuilder AddMemoryStreams(
        this ISiloBuilder builder, string name, Action<ISiloMemoryStreamConfigurator>? configure = null)
    {
        StreamServices.Add(builder.Services, name);
        configure?.Invoke(new MemoryStreamConfigurator(name, builder.Services));
        return builder;
    }
}
