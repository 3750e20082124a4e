using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>Collects what assemblies contribute to an application.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainManifestBuilder
{
    internal GrainManifestBuilder()
    {
    }

    internal List<InterfaceRegistration> Interfaces { get; } = [];

    internal List<GenericInterfaceRegistration> GenericInterfaces { get; } = [];

    internal List<Type> GrainClasses { get; } = [];

    /// <param name="interfaceType">A grain interface.</param>
    /// <param name="createReference">Makes a reference.</param>
    /// <param name="createCalls">Make an empty call of each method.</param>
    public void AddInterface(
        Type interfaceType, Func<GrainReferenceShared, IdSpan, GrainReference> createReference,
        params Func<GrainCall>[] createCalls) =>
        Interfaces.Add(new InterfaceRegistration(interfaceType, createReference, createCalls));

    /// <param name="interfaceType">The definition of a generic grain interface.</param>
    /// <param name="referenceType">The definition of its reference.</param>
    /// <param name="callTypes">The definitions of its calls.</param>
    public void AddGenericInterface(Type interfaceType, Type referenceType, params Type[] callTypes) =>
        GenericInterfaces.Add(new GenericInterfaceRegistration(interfaceType, referenceType, callTypes));

    public void AddGrainClass(Type grainClass) => GrainClasses.Add(grainClass);
}
