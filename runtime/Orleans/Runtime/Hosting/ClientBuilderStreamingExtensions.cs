using Orleans.Runtime.Streams;

namespace Orleans.Hosting;

/// <summary>Memory streams of a client.</summary>
public static class ClientBuilderStreamingExtensions
{
    public static IClientBuilder AddMemoryStreams(
        this IClientBuilder builder, string name, Action<IClusterClientMemoryStreamConfigurator>? configure = null)
    {
        StreamServices.Add(builder.Services, name);
        configure?.Invoke(new MemoryStreamConfigurator(name, builder.Services));
        return builder;
    }
}
