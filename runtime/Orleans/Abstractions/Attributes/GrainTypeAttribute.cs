using Orleans.Metadata;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Fixes the name of the grain type, which otherwise follows from the name of the class.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class GrainTypeAttribute : Attribute, IGrainTypeProviderAttribute
{
    private readonly string _grainType;

    public GrainTypeAttribute(string grainType) => _grainType = grainType;

    /// <inheritdoc/>
    public GrainType GetGrainType(IServiceProvider services, Type type) => GrainType.Create(_grainType);
}
