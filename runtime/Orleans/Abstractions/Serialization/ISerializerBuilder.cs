using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Serialization;

/// <summary>Adds serializers.</summary>
public interface ISerializerBuilder
{
    IServiceCollection Services { get; }
}
