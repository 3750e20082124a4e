using System.Reflection.Metadata;

namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>Types in attribute arguments. The enumerations met in the attributes we decode are 32 bits wide.</summary>
internal sealed class AttributeTypes : ICustomAttributeTypeProvider<TypeNode>
{
    public static AttributeTypes Instance { get; } = new();

    public TypeNode GetPrimitiveType(PrimitiveTypeCode typeCode) => SignatureReader.Instance.GetPrimitiveType(typeCode);

    public TypeNode GetSystemType() => new(TypeShape.Named, "System.Type", null, false, []);

    public TypeNode GetSZArrayType(TypeNode elementType) => SignatureReader.Instance.GetSZArrayType(elementType);

    public TypeNode GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        SignatureReader.Instance.GetTypeFromDefinition(reader, handle, rawTypeKind);

    public TypeNode GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        SignatureReader.Instance.GetTypeFromReference(reader, handle, rawTypeKind);

    public TypeNode GetTypeFromSerializedName(string name) => new(TypeShape.Named, name, null, false, []);

    public PrimitiveTypeCode GetUnderlyingEnumType(TypeNode type) => PrimitiveTypeCode.Int32;

    public bool IsSystemType(TypeNode type) => type.Name == "System.Type";
}
