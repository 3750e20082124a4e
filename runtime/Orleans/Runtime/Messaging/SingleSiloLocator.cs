namespace Orleans.Runtime.Messaging;

/// <summary>All grains live here.</summary>
internal sealed class SingleSiloLocator : IGrainLocator
{
    public SiloAddress? Locate(GrainId grainId) => null;
}
