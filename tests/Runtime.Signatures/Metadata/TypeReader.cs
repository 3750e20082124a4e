using System.Reflection;
using System.Reflection.Metadata;

namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>Reads one type of an assembly.</summary>
internal sealed class TypeReader
{
    private readonly MetadataReader _reader;
    private readonly TypeDefinitionHandle _handle;
    private readonly TypeDefinition _type;
    private readonly string _name;
    private readonly string _kind;

    public TypeReader(MetadataReader reader, TypeDefinitionHandle handle)
    {
        _reader = reader;
        _handle = handle;
        _type = reader.GetTypeDefinition(handle);
        _name = Names.Of(reader, handle);
        _kind = KindOf();
    }

    public ApiType Read()
    {
        var generics = GenericReader.Names(_reader, _type.GetGenericParameters());
        var members = new MemberReader(_reader, _handle, generics, ContextOf(_handle), _kind);
        var facets = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["kind"] = _kind,
            ["modifiers"] = Modifiers(),
            ["generics"] = GenericReader.Describe(_reader, _type.GetGenericParameters(), new GenericNames(generics, [])),
            ["attributes"] = AttributeReader.Describe(_reader, _type.GetCustomAttributes()),
        };
        if (_kind == "enum")
        {
            facets["underlying type"] = members.UnderlyingType();
        }

        return new ApiType(
            _name,
            IsVisible(_handle),
            _kind is "struct" or "enum",
            _kind is "class" && !_type.BaseType.IsNil ? Names.Node(_reader, _type.BaseType) : null,
            [.. _type.GetInterfaceImplementations()
                .Select(handle => Names.Node(_reader, _reader.GetInterfaceImplementation(handle).Interface))],
            facets,
            members.Members(),
            members.Methods());
    }

    private string KindOf()
    {
        if (_type.Attributes.HasFlag(TypeAttributes.Interface))
        {
            return "interface";
        }

        return _type.BaseType.IsNil ? "class" : Names.Of(_reader, _type.BaseType) switch
        {
            "System.Enum" => "enum",
            "System.ValueType" => "struct",
            "System.MulticastDelegate" => "delegate",
            _ => "class",
        };
    }

    private string Modifiers()
    {
        var attributes = _type.GetCustomAttributes();
        bool Has(string name) => AttributeReader.Has(_reader, attributes, "System.Runtime.CompilerServices." + name);
        var isAbstract = _type.Attributes.HasFlag(TypeAttributes.Abstract);
        var isSealed = _type.Attributes.HasFlag(TypeAttributes.Sealed);
        return _kind switch
        {
            "class" when isAbstract && isSealed => "static",
            "class" when isAbstract => "abstract",
            "class" when isSealed => "sealed",
            "struct" => string.Join(' ', ((string?[])
            [
                Has("IsReadOnlyAttribute") ? "readonly" : null,
                Has("IsByRefLikeAttribute") ? "ref" : null,
            ]).OfType<string>()),
            _ => "",
        };
    }

    private byte ContextOf(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        var outer = type.GetDeclaringType();
        return AttributeReader.Context(
            _reader,
            type.GetCustomAttributes(),
            outer.IsNil ? AttributeReader.Context(_reader, _reader.GetCustomAttributes(EntityHandle.ModuleDefinition), 0) : ContextOf(outer));
    }

    private bool IsVisible(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
                IsVisible(type.GetDeclaringType()),
            _ => false,
        };
    }
}
