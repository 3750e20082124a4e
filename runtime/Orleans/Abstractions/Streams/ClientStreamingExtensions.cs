using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace Orleans;

/// <summary>Streams of a client.</summary>
public static class ClientStreamingExtensions
{
    /// <exception cref="ArgumentException">There is no provider of that name.</exception>
    public static IStreamProvider GetStreamProvider(this IClusterClient client, string name)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.ServiceProvider.GetKeyedService<IStreamProvider>(name)
            ?? throw new ArgumentException($"There is no stream provider '{name}'.", nameof(name));
    }
}
