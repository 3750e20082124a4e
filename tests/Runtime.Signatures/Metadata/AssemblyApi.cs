using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>
/// What one assembly declares and what it uses of others, read from its metadata. Nothing is loaded, so the
/// assemblies that it refers to need not exist.
/// </summary>
internal sealed class AssemblyApi
{
    private AssemblyApi(MetadataReader reader)
    {
        Name = reader.GetString(reader.GetAssemblyDefinition().Name);
        Types = reader.TypeDefinitions
            .Select(handle => new TypeReader(reader, handle).Read())
            .ToDictionary(type => type.Name);
        References = [.. reader.MemberReferences.Select(handle => ReadReference(reader, handle)).OfType<MemberReferenceUse>()];
        TypeScopes = reader.TypeReferences
            .Select(handle => (Name: Names.Of(reader, handle), Scope: Names.ScopeOf(reader, handle)))
            .Where(type => type.Scope is not null)
            .DistinctBy(type => type.Name)
            .ToDictionary(type => type.Name, type => type.Scope!);
    }

    public string Name { get; }

    public IReadOnlyDictionary<string, ApiType> Types { get; }

    public IReadOnlyList<MemberReferenceUse> References { get; }

    /// <summary>For each type used of another assembly, that assembly.</summary>
    public IReadOnlyDictionary<string, string> TypeScopes { get; }

    public static AssemblyApi Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(stream);
    }

    public static AssemblyApi Read(Stream stream)
    {
        using var file = new PEReader(stream, PEStreamOptions.PrefetchEntireImage);
        return new AssemblyApi(file.GetMetadataReader());
    }

    private static MemberReferenceUse? ReadReference(MetadataReader reader, MemberReferenceHandle handle)
    {
        var reference = reader.GetMemberReference(handle);
        if (reference.Parent.Kind is not (HandleKind.TypeReference or HandleKind.TypeSpecification))
        {
            return null;
        }

        var parent = Names.Node(reader, reference.Parent);
        if (parent.Scope is null || parent.Shape != TypeShape.Named)
        {
            return null;
        }

        var name = reader.GetString(reference.Name);
        if (reference.GetKind() == MemberReferenceKind.Field)
        {
            // A reference does not say whether the field is static.
            var type = reference.DecodeFieldSignature(SignatureReader.Instance, null);
            return new(parent.Scope, parent.Name, new ApiMethod(name, true, false, true, false, 0, type, []));
        }

        var signature = reference.DecodeMethodSignature(SignatureReader.Instance, null);
        return new(parent.Scope, parent.Name, new ApiMethod(
            name,
            false,
            !signature.Header.IsInstance,
            true,
            false,
            signature.GenericParameterCount,
            signature.ReturnType,
            signature.ParameterTypes));
    }
}
