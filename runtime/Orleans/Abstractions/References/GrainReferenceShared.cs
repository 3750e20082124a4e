namespace Orleans.Runtime;

/// <summary>What the references of one interface to grains of one type have in common.</summary>
public class GrainReferenceShared
{
    internal GrainReferenceShared(
        GrainType grainType, GrainInterfaceType interfaceType, ushort interfaceVersion, IReferenceRuntime runtime)
    {
        GrainType = grainType;
        InterfaceType = interfaceType;
        InterfaceVersion = interfaceVersion;
        Runtime = runtime;
    }

    public GrainType GrainType { get; }

    public GrainInterfaceType InterfaceType { get; }

    public ushort InterfaceVersion { get; }

    internal IReferenceRuntime Runtime { get; }
}
