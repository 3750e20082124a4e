using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>Turns the types of signatures into nodes, by full name, without loading what they refer to.</summary>
internal sealed class SignatureReader : ISignatureTypeProvider<TypeNode, object?>
{
    public static SignatureReader Instance { get; } = new();

    public TypeNode GetPrimitiveType(PrimitiveTypeCode typeCode) => new(
        TypeShape.Named,
        "System." + typeCode,
        "System.Runtime",
        typeCode is not (PrimitiveTypeCode.String or PrimitiveTypeCode.Object),
        []);

    public TypeNode GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        new(TypeShape.Named, Names.Of(reader, handle), null, IsValue(reader, handle, rawTypeKind), []);

    public TypeNode GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => new(
        TypeShape.Named,
        Names.Of(reader, handle),
        Names.ScopeOf(reader, handle),
        rawTypeKind == (byte)SignatureTypeKind.ValueType,
        []);

    public TypeNode GetTypeFromSpecification(
        MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public TypeNode GetGenericInstantiation(TypeNode genericType, ImmutableArray<TypeNode> typeArguments) =>
        genericType with { Parts = typeArguments };

    public TypeNode GetGenericTypeParameter(object? genericContext, int index) =>
        new(TypeShape.TypeParameter, $"!{index}", null, false, []);

    public TypeNode GetGenericMethodParameter(object? genericContext, int index) =>
        new(TypeShape.TypeParameter, $"!!{index}", null, false, []);

    public TypeNode GetSZArrayType(TypeNode elementType) => new(TypeShape.Array, "[]", null, false, [elementType]);

    public TypeNode GetArrayType(TypeNode elementType, ArrayShape shape) =>
        new(TypeShape.Array, $"[{new string(',', shape.Rank - 1)}]", null, false, [elementType]);

    public TypeNode GetByReferenceType(TypeNode elementType) => new(TypeShape.ByRef, "", null, false, [elementType]);

    public TypeNode GetPointerType(TypeNode elementType) => new(TypeShape.Pointer, "", null, false, [elementType]);

    public TypeNode GetPinnedType(TypeNode elementType) => elementType;

    public TypeNode GetModifiedType(TypeNode modifier, TypeNode unmodifiedType, bool isRequired) =>
        new(TypeShape.Modified, isRequired ? "modreq" : "modopt", null, false, [unmodifiedType, modifier]);

    public TypeNode GetFunctionPointerType(MethodSignature<TypeNode> signature) => new(
        TypeShape.Named,
        "method " + signature.ReturnType.Text + " *(" + string.Join(", ", signature.ParameterTypes.Select(p => p.Text)) + ")",
        null,
        true,
        []);

    private static bool IsValue(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        if (rawTypeKind != 0)
        {
            return rawTypeKind == (byte)SignatureTypeKind.ValueType;
        }

        var parent = reader.GetTypeDefinition(handle).BaseType;
        return !parent.IsNil && Names.Of(reader, parent) is "System.ValueType" or "System.Enum";
    }
}
