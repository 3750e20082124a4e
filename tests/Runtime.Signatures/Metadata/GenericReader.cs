using System.Reflection;
using System.Reflection.Metadata;

namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>Type parameters: names, variance and constraints.</summary>
internal static class GenericReader
{
    public static IReadOnlyList<string> Names(MetadataReader reader, GenericParameterHandleCollection parameters) =>
        [.. parameters.Select(handle => reader.GetString(reader.GetGenericParameter(handle).Name))];

    public static string Describe(
        MetadataReader reader, GenericParameterHandleCollection parameters, GenericNames names) =>
        string.Join(", ", parameters.Select(handle => Describe(reader, reader.GetGenericParameter(handle), names)));

    private static string Describe(MetadataReader reader, GenericParameter parameter, GenericNames names)
    {
        var attributes = parameter.Attributes;
        var constraints = parameter.GetConstraints()
            .Select(handle => Metadata.Names.Node(reader, reader.GetGenericParameterConstraint(handle).Type))
            .Select(type => type.Render(null, names))
            .Where(text => !text.StartsWith("System.ValueType", StringComparison.Ordinal)
                || text.Contains("modreq", StringComparison.Ordinal))
            .ToList();
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            constraints.Add("class");
        }

        if (attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            constraints.Add("struct");
        }
        else if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
        {
            constraints.Add("new()");
        }

        const GenericParameterAttributes AllowByRefLike = (GenericParameterAttributes)0x20;
        if (attributes.HasFlag(AllowByRefLike))
        {
            constraints.Add("allows ref struct");
        }

        constraints.Sort(StringComparer.Ordinal);
        var variance = (attributes & GenericParameterAttributes.VarianceMask) switch
        {
            GenericParameterAttributes.Covariant => "out ",
            GenericParameterAttributes.Contravariant => "in ",
            _ => "",
        };
        var name = variance + reader.GetString(parameter.Name);
        return constraints.Count == 0 ? name : $"{name} : {string.Join(" & ", constraints)}";
    }
}
