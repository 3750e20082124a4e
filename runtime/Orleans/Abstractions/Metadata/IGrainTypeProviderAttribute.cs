using Orleans.Runtime;

namespace Orleans.Metadata;

/// <summary>An attribute of a grain class that names its grain type.</summary>
public interface IGrainTypeProviderAttribute
{
    GrainType GetGrainType(IServiceProvider services, Type type);
}
