using System.Globalization;
using System.Reflection.Metadata;

namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>The attributes that are part of what a caller compiles against; texts for people are not.</summary>
internal static class AttributeReader
{
    private const string CodeAnalysis = "System.Diagnostics.CodeAnalysis.";
    private const string Compiler = "System.Runtime.CompilerServices.";

    private static readonly HashSet<string> Compared =
    [
        "System.FlagsAttribute",
        "System.ParamArrayAttribute",
        CodeAnalysis + "NotNullWhenAttribute",
        CodeAnalysis + "MaybeNullWhenAttribute",
        CodeAnalysis + "NotNullAttribute",
        CodeAnalysis + "MaybeNullAttribute",
        CodeAnalysis + "AllowNullAttribute",
        CodeAnalysis + "DisallowNullAttribute",
        CodeAnalysis + "NotNullIfNotNullAttribute",
        CodeAnalysis + "DoesNotReturnAttribute",
        CodeAnalysis + "DoesNotReturnIfAttribute",
        CodeAnalysis + "ExperimentalAttribute",
        CodeAnalysis + "SetsRequiredMembersAttribute",
        Compiler + "CallerMemberNameAttribute",
        Compiler + "CallerArgumentExpressionAttribute",
        Compiler + "CallerFilePathAttribute",
        Compiler + "CallerLineNumberAttribute",
        Compiler + "ExtensionAttribute",
        Compiler + "InterpolatedStringHandlerAttribute",
        Compiler + "InterpolatedStringHandlerArgumentAttribute",
        Compiler + "ParamCollectionAttribute",
        Compiler + "RequiredMemberAttribute",
        Compiler + "RequiresLocationAttribute",
        Compiler + "TupleElementNamesAttribute",
        Compiler + "DynamicAttribute",
    ];

    // The compiler marks these itself, for compilers that know less.
    private static readonly string[] GeneratedObsolete = ["Types with embedded references", "Constructors of types with required"];

    public static bool Has(MetadataReader reader, CustomAttributeHandleCollection attributes, string name) =>
        attributes.Any(handle => NameOf(reader, reader.GetCustomAttribute(handle)) == name);

    /// <summary>Nullability bytes: the attribute's, or else the context's.</summary>
    public static NullableFlags Nullability(
        MetadataReader reader, CustomAttributeHandleCollection attributes, byte context) =>
        new(Bytes(reader, attributes, Compiler + "NullableAttribute") ?? [context]);

    public static byte Context(MetadataReader reader, CustomAttributeHandleCollection attributes, byte outer) =>
        Bytes(reader, attributes, Compiler + "NullableContextAttribute")?[0] ?? outer;

    public static string Describe(MetadataReader reader, CustomAttributeHandleCollection attributes)
    {
        var found = new List<string>();
        foreach (var attribute in attributes.Select(reader.GetCustomAttribute))
        {
            var name = NameOf(reader, attribute);
            var shortName = name[(name.LastIndexOf('.') + 1)..].Replace("Attribute", "", StringComparison.Ordinal);
            if (name == "System.AttributeUsageAttribute")
            {
                found.Add(Usage(attribute));
            }
            else if (name == "System.ObsoleteAttribute")
            {
                var values = attribute.DecodeValue(AttributeTypes.Instance).FixedArguments;
                var text = values.Length > 0 ? values[0].Value as string ?? "" : "";
                if (!GeneratedObsolete.Any(start => text.StartsWith(start, StringComparison.Ordinal)))
                {
                    found.Add(values.Length > 1 && values[1].Value is true ? "Obsolete(error)" : "Obsolete");
                }
            }
            else if (Compared.Contains(name))
            {
                var values = attribute.DecodeValue(AttributeTypes.Instance).FixedArguments
                    .Select(argument => Show(argument.Value));
                found.Add($"{shortName}({string.Join(", ", values)})".Replace("()", "", StringComparison.Ordinal));
            }
        }

        found.Sort(StringComparer.Ordinal);
        return string.Join(", ", found);
    }

    private static string Show(object? value) => value switch
    {
        System.Collections.Immutable.ImmutableArray<CustomAttributeTypedArgument<TypeNode>> many =>
            "[" + string.Join(", ", many.Select(item => Show(item.Value))) + "]",
        null => "null",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Usage(CustomAttribute attribute)
    {
        var value = attribute.DecodeValue(AttributeTypes.Instance);
        var targets = (AttributeTargets)Convert.ToInt32(value.FixedArguments[0].Value, CultureInfo.InvariantCulture);
        bool Named(string name, bool otherwise) =>
            value.NamedArguments.FirstOrDefault(argument => argument.Name == name).Value as bool? ?? otherwise;
        return $"AttributeUsage({targets.ToString().Replace(", ", " | ", StringComparison.Ordinal)}; "
            + $"AllowMultiple = {Named("AllowMultiple", false)}; Inherited = {Named("Inherited", true)})";
    }

    private static byte[]? Bytes(MetadataReader reader, CustomAttributeHandleCollection attributes, string name)
    {
        foreach (var attribute in attributes.Select(reader.GetCustomAttribute))
        {
            if (NameOf(reader, attribute) != name)
            {
                continue;
            }

            return attribute.DecodeValue(AttributeTypes.Instance).FixedArguments[0].Value switch
            {
                byte one => [one],
                System.Collections.Immutable.ImmutableArray<CustomAttributeTypedArgument<TypeNode>> many =>
                    [.. many.Select(item => (byte)item.Value!)],
                _ => null,
            };
        }

        return null;
    }

    private static string NameOf(MetadataReader reader, CustomAttribute attribute) => attribute.Constructor.Kind switch
    {
        HandleKind.MemberReference =>
            Names.Of(reader, reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent),
        _ => Names.Of(
            reader,
            reader.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType()),
    };
}
