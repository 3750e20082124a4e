using Orleans.Runtime;

namespace Orleans.Metadata;

/// <summary>An attribute of a grain class that contributes to the properties of its grain type.</summary>
public interface IGrainPropertiesProviderAttribute
{
    void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties);
}
