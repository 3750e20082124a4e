using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Streams;

namespace Orleans.Runtime.Streams;

/// <summary>The services of streams.</summary>
internal static class StreamServices
{
    public static void Add(IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.TryAddSingleton<StreamConsumers>();
        services.TryAddSingleton<ImplicitSubscriptions>();
        services.AddKeyedSingleton<IStreamProvider>(name, static (provider, key) =>
            ActivatorUtilities.CreateInstance<MemoryStreamProvider>(provider, (string)key!));
        services.AddKeyedTransient<IGrainExtension>(typeof(IStreamConsumerExtension), static (provider, _) =>
            new StreamConsumer(provider.GetRequiredService<Generated.CodecRegistry>()));
    }
}
