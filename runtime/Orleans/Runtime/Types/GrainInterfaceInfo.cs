using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Types;

/// <summary>A grain interface: how its references and calls are made.</summary>
internal sealed class GrainInterfaceInfo
{
    private readonly Dictionary<uint, Func<GrainCall>> _calls = [];

    public GrainInterfaceInfo(
        Type type, Func<GrainReferenceShared, IdSpan, GrainReference> createReference, IEnumerable<Func<GrainCall>> createCalls)
    {
        Type = type;
        InterfaceType = GrainInterfaceType.Create(NameOf(type));
        CreateReference = createReference;
        foreach (var create in createCalls)
            _calls[create().Method.Id] = create;
    }

    public Type Type { get; }

    public GrainInterfaceType InterfaceType { get; }

    public Func<GrainReferenceShared, IdSpan, GrainReference> CreateReference { get; }

    public static string NameOf(Type type) => type.FullName ?? type.Name;

    /// <summary>Makes empty calls of a method; null when there is none with this id.</summary>
    public Func<GrainCall>? FindCall(uint methodId) => _calls.GetValueOrDefault(methodId);
}
