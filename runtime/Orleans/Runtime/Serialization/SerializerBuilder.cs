using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Serialization;

/// <summary>Adds serializers.</summary>
internal sealed class SerializerBuilder(IServiceCollection services) : ISerializerBuilder
{
    public IServiceCollection Services => services;
}
