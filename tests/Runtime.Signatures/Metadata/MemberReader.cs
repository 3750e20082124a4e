using System.Reflection;
using System.Reflection.Metadata;

namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>Reads the members of one type.</summary>
internal sealed class MemberReader(
    MetadataReader reader,
    TypeDefinitionHandle handle,
    IReadOnlyList<string> typeParameters,
    byte typeContext,
    string kind)
{
    private readonly TypeDefinition _type = reader.GetTypeDefinition(handle);

    public IReadOnlyList<ApiMember> Members()
    {
        var members = new List<ApiMember>();
        var accessors = new HashSet<MethodDefinitionHandle>();
        foreach (var property in _type.GetProperties().Select(reader.GetPropertyDefinition))
        {
            var pair = property.GetAccessors();
            accessors.UnionWith([pair.Getter, pair.Setter]);
            AddVisible(members, ReadProperty(property, pair));
        }

        foreach (var @event in _type.GetEvents().Select(reader.GetEventDefinition))
        {
            var pair = @event.GetAccessors();
            accessors.UnionWith([pair.Adder, pair.Remover, pair.Raiser]);
            AddVisible(members, ReadEvent(@event, pair));
        }

        foreach (var method in _type.GetMethods().Where(method => !accessors.Contains(method)))
        {
            AddVisible(members, ReadMethod(reader.GetMethodDefinition(method)));
        }

        foreach (var field in _type.GetFields().Select(reader.GetFieldDefinition))
        {
            AddVisible(members, ReadField(field));
        }

        return members;
    }

    /// <summary>Everything that a reference can name, whoever may see it.</summary>
    public IReadOnlyList<ApiMethod> Methods()
    {
        var methods = _type.GetMethods().Select(reader.GetMethodDefinition).Select(method =>
        {
            var signature = method.DecodeSignature(SignatureReader.Instance, null);
            return new ApiMethod(
                reader.GetString(method.Name),
                false,
                method.Attributes.HasFlag(MethodAttributes.Static),
                Access(method.Attributes) is not null,
                method.Attributes.HasFlag(MethodAttributes.Abstract),
                signature.GenericParameterCount,
                signature.ReturnType,
                signature.ParameterTypes);
        });
        var fields = _type.GetFields().Select(reader.GetFieldDefinition).Select(field => new ApiMethod(
            reader.GetString(field.Name),
            true,
            false,
            Access((MethodAttributes)(field.Attributes & FieldAttributes.FieldAccessMask)) is not null,
            false,
            0,
            field.DecodeSignature(SignatureReader.Instance, null),
            []));
        return [.. methods, .. fields];
    }

    public string UnderlyingType() => _type.GetFields().Select(reader.GetFieldDefinition)
        .Single(field => !field.Attributes.HasFlag(FieldAttributes.Static))
        .DecodeSignature(SignatureReader.Instance, null).Text;

    private static void AddVisible(List<ApiMember> members, ApiMember? member)
    {
        if (member is not null)
        {
            members.Add(member);
        }
    }

    // To other assemblies "protected internal" is the same as "protected".
    private static string? Access(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) switch
        {
            MethodAttributes.Public => "public",
            MethodAttributes.Family or MethodAttributes.FamORAssem => "protected",
            _ => null,
        };

    private ApiMember? ReadMethod(MethodDefinition method)
    {
        var access = VisibleAccess(method.Attributes);
        var name = reader.GetString(method.Name);
        // Of a delegate only its call counts.
        if (access is null || name == ".cctor" || (kind == "delegate" && name != "Invoke"))
        {
            return null;
        }

        var names = new GenericNames(typeParameters, GenericReader.Names(reader, method.GetGenericParameters()));
        var signature = method.DecodeSignature(SignatureReader.Instance, null);
        var parameters = new ParameterReader(reader, method, typeContext, names);
        var arity = signature.GenericParameterCount == 0 ? "" : $"``{signature.GenericParameterCount}";
        var identity = $"{name}{arity}({string.Join(", ", signature.ParameterTypes.Select(type => type.Text))})";
        var facets = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["access"] = access,
            ["dispatch"] = Dispatch(method.Attributes),
            ["return type"] = parameters.ReturnText(signature),
            ["parameters"] = parameters.Text(signature),
            ["generics"] = GenericReader.Describe(reader, method.GetGenericParameters(), names),
            ["attributes"] = AttributeReader.Describe(reader, method.GetCustomAttributes()),
            ["return attributes"] = parameters.ReturnAttributes(),
        };
        // Conversions differ by what they return.
        return new ApiMember(
            name,
            name.StartsWith("op_", StringComparison.Ordinal) ? $"{identity} : {signature.ReturnType.Text}" : identity,
            $"{parameters.ReturnText(signature)} {name}{Bracket(names.OfMethod)}({parameters.Text(signature)})",
            IsOverride(method.Attributes),
            facets,
            parameters.Places(signature));
    }

    private ApiMember? ReadProperty(PropertyDefinition property, PropertyAccessors accessors)
    {
        var get = AccessorText("get", accessors.Getter);
        var set = AccessorText("set", accessors.Setter);
        if (get is null && set is null)
        {
            return null;
        }

        var method = reader.GetMethodDefinition(accessors.Getter.IsNil ? accessors.Setter : accessors.Getter);
        var signature = property.DecodeSignature(SignatureReader.Instance, null);
        var names = new GenericNames(typeParameters, []);
        var name = reader.GetString(property.Name);
        var type = signature.ReturnType.Render(null, names);
        var index = string.Join(", ", signature.ParameterTypes.Select(part => part.Text));
        var facets = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = type,
            ["static"] = method.Attributes.HasFlag(MethodAttributes.Static) ? "static" : "instance",
            ["attributes"] = AttributeReader.Describe(reader, property.GetCustomAttributes()),
        };
        AddFacet(facets, "get", get);
        AddFacet(facets, "set", set);
        return new ApiMember(
            name,
            index.Length == 0 ? $"property {name}" : $"property {name}[{index}]",
            $"{type} {name}{(index.Length == 0 ? "" : $"[{index}]")} {{ {string.Join(' ', ((string?[])[get, set]).OfType<string>())} }}",
            IsOverride(method.Attributes),
            facets,
            [new TypePlace("type", signature.ReturnType, AttributeReader.Nullability(reader, property.GetCustomAttributes(), ContextOf(method)))]);
    }

    private ApiMember? ReadEvent(EventDefinition definition, EventAccessors accessors)
    {
        var method = reader.GetMethodDefinition(accessors.Adder);
        if (VisibleAccess(method.Attributes) is not { } access)
        {
            return null;
        }

        var type = Names.Node(reader, definition.Type);
        var name = reader.GetString(definition.Name);
        var text = type.Render(null, new GenericNames(typeParameters, []));
        var facets = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["access"] = access,
            ["dispatch"] = Dispatch(method.Attributes),
            ["type"] = text,
            ["attributes"] = AttributeReader.Describe(reader, definition.GetCustomAttributes()),
        };
        return new ApiMember(
            name,
            $"event {name}",
            $"event {text} {name}",
            IsOverride(method.Attributes),
            facets,
            [new TypePlace("type", type, AttributeReader.Nullability(reader, definition.GetCustomAttributes(), typeContext))]);
    }

    private ApiMember? ReadField(FieldDefinition field)
    {
        var access = VisibleAccess((MethodAttributes)(field.Attributes & FieldAttributes.FieldAccessMask));
        var name = reader.GetString(field.Name);
        if (access is null || field.Attributes.HasFlag(FieldAttributes.SpecialName))
        {
            return null;
        }

        var type = field.DecodeSignature(SignatureReader.Instance, null);
        var text = type.Render(null, new GenericNames(typeParameters, []));
        var facets = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["access"] = access,
            ["type"] = text,
            ["modifiers"] = field.Attributes.HasFlag(FieldAttributes.Literal) ? "const"
                : (field.Attributes.HasFlag(FieldAttributes.Static) ? "static" : "instance")
                    + (field.Attributes.HasFlag(FieldAttributes.InitOnly) ? " readonly" : ""),
            ["value"] = Constants.Text(reader, field.GetDefaultValue()) ?? "",
            ["attributes"] = AttributeReader.Describe(reader, field.GetCustomAttributes()),
        };
        return new ApiMember(
            name,
            $"field {name}",
            $"{text} {name}",
            false,
            facets,
            [new TypePlace("type", type, AttributeReader.Nullability(reader, field.GetCustomAttributes(), typeContext))]);
    }

    private string? AccessorText(string word, MethodDefinitionHandle accessor)
    {
        if (accessor.IsNil)
        {
            return null;
        }

        var method = reader.GetMethodDefinition(accessor);
        if (VisibleAccess(method.Attributes) is not { } access)
        {
            return null;
        }

        var isInit = method.DecodeSignature(SignatureReader.Instance, null).ReturnType.Text
            .Contains("IsExternalInit", StringComparison.Ordinal);
        return $"{access} {Dispatch(method.Attributes)} {(isInit ? "init" : word)};".Replace("  ", " ", StringComparison.Ordinal);
    }

    private static void AddFacet(SortedDictionary<string, string> facets, string name, string? value)
    {
        if (value is not null)
        {
            facets[name] = value;
        }
    }

    private byte ContextOf(MethodDefinition method) =>
        AttributeReader.Context(reader, method.GetCustomAttributes(), typeContext);

    // Nobody can derive from a sealed type, so nobody sees what it protects.
    private string? VisibleAccess(MethodAttributes attributes) => Access(attributes) switch
    {
        "protected" when _type.Attributes.HasFlag(TypeAttributes.Sealed) => null,
        var access => access,
    };

    private static bool IsOverride(MethodAttributes attributes) =>
        attributes.HasFlag(MethodAttributes.Virtual) && !attributes.HasFlag(MethodAttributes.NewSlot);

    private string Dispatch(MethodAttributes attributes)
    {
        var isStatic = attributes.HasFlag(MethodAttributes.Static) ? "static " : "";
        if (!attributes.HasFlag(MethodAttributes.Virtual))
        {
            return isStatic.TrimEnd();
        }

        // A sealed type, or a method that only implements an interface, leaves nothing to override.
        var isFinal = attributes.HasFlag(MethodAttributes.Final) || _type.Attributes.HasFlag(TypeAttributes.Sealed);
        return isStatic + (attributes.HasFlag(MethodAttributes.Abstract) ? "abstract"
            : IsOverride(attributes) ? isFinal ? "" : "override"
            : isFinal ? "" : "virtual");
    }

    private static string Bracket(IReadOnlyList<string> names) =>
        names.Count == 0 ? "" : $"<{string.Join(", ", names)}>";
}
