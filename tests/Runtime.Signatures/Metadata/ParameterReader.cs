using System.Reflection;
using System.Reflection.Metadata;

namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>Reads a method's parameters: names, kinds of reference, default values, attributes, nullability.</summary>
internal sealed class ParameterReader
{
    private readonly MetadataReader _reader;
    private readonly GenericNames _names;
    private readonly byte _context;
    private readonly Dictionary<int, Parameter> _rows;

    public ParameterReader(MetadataReader reader, MethodDefinition method, byte typeContext, GenericNames names)
    {
        _reader = reader;
        _names = names;
        _context = AttributeReader.Context(reader, method.GetCustomAttributes(), typeContext);
        _rows = method.GetParameters().Select(reader.GetParameter).ToDictionary(row => (int)row.SequenceNumber);
    }

    public string ReturnText(MethodSignature<TypeNode> signature) => signature.ReturnType.Render(null, _names);

    public string ReturnAttributes() => _rows.TryGetValue(0, out var row)
        ? AttributeReader.Describe(_reader, row.GetCustomAttributes())
        : "";

    public string Text(MethodSignature<TypeNode> signature) =>
        string.Join(", ", signature.ParameterTypes.Select((type, index) => Text(type, index + 1)));

    public IReadOnlyList<TypePlace> Places(MethodSignature<TypeNode> signature) =>
    [
        new TypePlace("return type", signature.ReturnType, Flags(0)),
        .. signature.ParameterTypes.Select((type, index) => new TypePlace(NameOf(index + 1), type, Flags(index + 1))),
    ];

    private string Text(TypeNode type, int position)
    {
        var text = type.Render(null, _names);
        if (!_rows.TryGetValue(position, out var row))
        {
            return text;
        }

        var attributes = AttributeReader.Describe(_reader, row.GetCustomAttributes());
        var isReadOnly = AttributeReader.Has(
            _reader, row.GetCustomAttributes(), "System.Runtime.CompilerServices.IsReadOnlyAttribute");
        var kind = !text.EndsWith('&') ? ""
            : isReadOnly ? "in "
            : row.Attributes.HasFlag(ParameterAttributes.Out) ? "out "
            : "ref ";
        var value = Constants.Text(_reader, row.GetDefaultValue())
            ?? (row.Attributes.HasFlag(ParameterAttributes.Optional) ? "default" : null);
        return (attributes.Length == 0 ? "" : $"[{attributes}] ")
            + kind + text.TrimEnd('&') + " " + NameOf(position) + (value is null ? "" : " = " + value);
    }

    private string NameOf(int position) =>
        _rows.TryGetValue(position, out var row) ? _reader.GetString(row.Name) : "";

    private NullableFlags Flags(int position) => _rows.TryGetValue(position, out var row)
        ? AttributeReader.Nullability(_reader, row.GetCustomAttributes(), _context)
        : new NullableFlags([_context]);
}
