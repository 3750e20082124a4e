namespace Orleans.Runtime.Generated;

internal sealed record InterfaceRegistration(
    Type InterfaceType, Func<GrainReferenceShared, IdSpan, GrainReference> CreateReference, Func<GrainCall>[] CreateCalls);

internal sealed record GenericInterfaceRegistration(Type InterfaceType, Type ReferenceType, Type[] CallTypes);
