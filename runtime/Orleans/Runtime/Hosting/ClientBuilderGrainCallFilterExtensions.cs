using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Filters;

namespace Orleans.Hosting;

/// <summary>Adds filters to a client; they run in the order they were added.</summary>
public static class ClientBuilderGrainCallFilterExtensions
{
    public static IClientBuilder AddOutgoingGrainCallFilter(this IClientBuilder builder, IOutgoingGrainCallFilter filter)
    {
        builder.Services.AddSingleton(filter);
        return builder;
    }

    public static IClientBuilder AddOutgoingGrainCallFilter<TImplementation>(this IClientBuilder builder)
        where TImplementation : class, IOutgoingGrainCallFilter
    {
        builder.Services.AddSingleton<IOutgoingGrainCallFilter, TImplementation>();
        return builder;
    }

    public static IClientBuilder AddOutgoingGrainCallFilter(this IClientBuilder builder, OutgoingGrainCallFilterDelegate filter)
    {
        builder.Services.AddSingleton<IOutgoingGrainCallFilter>(new DelegateFilter(null, filter));
        return builder;
    }
}
