using System.Text;
using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator;

/// <summary>Writes the call class of one grain method, and the method of the reference that sends it.</summary>
internal sealed class MethodWriter
{
    private const string Generated = "global::Orleans.Runtime.Generated.";
    private readonly INamedTypeSymbol _interface;
    private readonly IMethodSymbol _method;
    private readonly string? _base;
    private readonly ITypeParameterSymbol[] _typeParameters;

    public MethodWriter(INamedTypeSymbol interfaceType, IMethodSymbol method, string className)
    {
        _interface = interfaceType;
        _method = method;
        ClassName = className;
        _base = BaseOf(method.ReturnType);
        _typeParameters = [.. interfaceType.TypeParameters, .. method.TypeParameters];
    }

    public string ClassName { get; }

    public bool IsSupported => _base is not null && _method.Parameters.All(static parameter => parameter.RefKind == RefKind.None);

    public bool IsGenericMethod => _method.IsGenericMethod;

    private string Closed => ClassName + InterfaceWriter.TypeParameters(_typeParameters);

    public void WriteImplementation(StringBuilder text)
    {
        text.Append("        ").Append(Show(_method.ReturnType)).Append(' ')
            .Append(_method.ContainingType.ToDisplayString(Symbols.Full)).Append('.').Append(Escape(_method.Name))
            .Append(InterfaceWriter.TypeParameters(_method.TypeParameters)).Append('(')
            .Append(string.Join(", ", _method.Parameters.Select(static parameter =>
                $"{RefOf(parameter)}{Show(parameter.Type)} a{parameter.Ordinal}")))
            .Append(")\n");
        if (!IsSupported)
        {
            text.Append("            => throw new global::System.NotSupportedException(\"A grain method returns Task, ValueTask, IAsyncEnumerable or void, and has no ref parameters.\");\n");
            return;
        }

        text.Append("            => new ").Append(Closed).Append("() { ")
            .Append(string.Concat(_method.Parameters.Select(static parameter => $"A{parameter.Ordinal} = a{parameter.Ordinal}, ")))
            .Append("}.Send(this);\n");
    }

    public void WriteCall(StringBuilder text)
    {
        var token = _method.Parameters.LastOrDefault(IsToken);
        text.Append("    internal sealed class ").Append(Closed).Append(" : ").Append(_base)
            .Append(InterfaceWriter.Constraints(_typeParameters)).Append("\n    {\n");
        foreach (var parameter in _method.Parameters)
            text.Append("        public ").Append(Show(parameter.Type)).Append(" A").Append(parameter.Ordinal).Append(";\n");
        WriteDescription(text, token is not null);
        WriteArguments(text);
        if (token is not null)
        {
            text.Append("        public override global::System.Threading.CancellationToken GetCancellationToken() => A")
                .Append(token.Ordinal).Append(";\n")
                .Append("        public override void SetCancellationToken(global::System.Threading.CancellationToken token) => A")
                .Append(token.Ordinal).Append(" = token;\n");
        }

        text.Append("        public override ").Append(Show(_method.ReturnType)).Append(" Invoke(object target) => ((")
            .Append(_method.ContainingType.ToDisplayString(Symbols.Full)).Append(")target).").Append(Escape(_method.Name))
            .Append(InterfaceWriter.TypeParameters(_method.TypeParameters)).Append('(')
            .Append(string.Join(", ", _method.Parameters.Select(static parameter => "A" + parameter.Ordinal)))
            .Append(");\n    }\n");
    }

    private void WriteDescription(StringBuilder text, bool isCancellable)
    {
        var timeout = Symbols.Attribute(_method, "Orleans.ResponseTimeoutAttribute")?.ConstructorArguments is { Length: > 0 } arguments
            ? $"\"{arguments[0].Value}\""
            : "null";
        var options = new List<string> { "0" };
        if (_method.ReturnsVoid || Symbols.Attribute(_method, "Orleans.Concurrency.OneWayAttribute") is not null)
            options.Add($"{Generated}CallOptions.OneWay");
        if (Symbols.Attribute(_method, "Orleans.Concurrency.ReadOnlyAttribute") is not null)
            options.Add($"{Generated}CallOptions.ReadOnly");
        if (Symbols.Attribute(_method, "Orleans.Concurrency.AlwaysInterleaveAttribute") is not null)
            options.Add($"{Generated}CallOptions.AlwaysInterleave");
        if (isCancellable)
            options.Add($"{Generated}CallOptions.Cancellable");
        if (Symbols.Implements(_interface, Symbols.Extension))
            options.Add($"{Generated}CallOptions.Extension");
        var parameterTypes = _method.IsGenericMethod
            ? string.Concat(_method.Parameters.Select(static _ => ", typeof(object)"))
            : string.Concat(_method.Parameters.Select(parameter => $", typeof({Show(parameter.Type)})"));
        text.Append("        public static readonly ").Append(Generated).Append("CallMethod Shared = new ").Append(Generated)
            .Append("CallMethod(typeof(").Append(_interface.ToDisplayString(Symbols.Full)).Append("), typeof(")
            .Append(_method.ContainingType.ToDisplayString(Symbols.Full)).Append("), \"").Append(_method.Name).Append("\", \"")
            .Append(Signature()).Append("\", ").Append(string.Join(" | ", options)).Append(", ").Append(timeout)
            .Append(parameterTypes).Append(");\n")
            .Append("        public override ").Append(Generated).Append("CallMethod Method => Shared;\n");
    }

    private void WriteArguments(StringBuilder text)
    {
        text.Append("        public override int GetArgumentCount() => ").Append(_method.Parameters.Length).Append(";\n")
            .Append("        public override object GetArgument(int index) => index switch { ")
            .Append(string.Concat(_method.Parameters.Select(static parameter => $"{parameter.Ordinal} => A{parameter.Ordinal}, ")))
            .Append("_ => throw new global::System.ArgumentOutOfRangeException(nameof(index)) };\n")
            .Append("        public override void SetArgument(int index, object value)\n        {\n            switch (index)\n            {\n");
        foreach (var parameter in _method.Parameters)
        {
            text.Append("                case ").Append(parameter.Ordinal).Append(": A").Append(parameter.Ordinal).Append(" = (")
                .Append(Show(parameter.Type)).Append(")value; return;\n");
        }

        text.Append("                default: throw new global::System.ArgumentOutOfRangeException(nameof(index));\n            }\n        }\n");
        var values = _method.Parameters.Where(static parameter => !IsToken(parameter)).ToList();
        var copied = values.Where(static parameter =>
            Symbols.Attribute(parameter, "Orleans.ImmutableAttribute") is null && !IsPrimitive(parameter.Type)).ToList();
        WriteBody(text, "CopyArguments", "CodecRegistry codecs", copied, static parameter => $"A{parameter.Ordinal} = codecs.Copy(A{parameter.Ordinal});");
        WriteBody(text, "WriteArguments", "CallWriter writer", values, static parameter => $"writer.Write(A{parameter.Ordinal});");
        WriteBody(text, "ReadArguments", "CallReader reader", values, static parameter => $"A{parameter.Ordinal} = reader.Read<{Show(parameter.Type)}>();");
    }

    private void WriteBody(
        StringBuilder text, string name, string parameter, List<IParameterSymbol> parameters, Func<IParameterSymbol, string> statement)
    {
        if (parameters.Count == 0)
            return;
        text.Append("        public override void ").Append(name).Append('(').Append(Generated).Append(parameter).Append(")\n        {\n");
        if (_base!.StartsWith(Generated + "AsyncEnumerableCall", StringComparison.Ordinal))
            text.Append("            base.").Append(name).Append('(').Append(parameter.Split(' ')[1]).Append(");\n");
        foreach (var value in parameters)
            text.Append("            ").Append(statement(value)).Append('\n');
        text.Append("        }\n");
    }

    private string Signature() =>
        $"{_method.Name}`{_method.Arity}({string.Join(",", _method.OriginalDefinition.Parameters.Select(static parameter =>
            parameter.Type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat)))})";

    private static string? BaseOf(ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_Void)
            return Generated + "VoidCall";
        if (type is not INamedTypeSymbol named)
            return null;
        var result = named.TypeArguments.Length == 1 ? Show(named.TypeArguments[0]) : "";
        return named.OriginalDefinition.ToDisplayString() switch
        {
            "System.Threading.Tasks.Task" => Generated + "TaskCall",
            "System.Threading.Tasks.Task<TResult>" => $"{Generated}TaskCall<{result}>",
            "System.Threading.Tasks.ValueTask" => Generated + "ValueTaskCall",
            "System.Threading.Tasks.ValueTask<TResult>" => $"{Generated}ValueTaskCall<{result}>",
            "System.Collections.Generic.IAsyncEnumerable<T>" => $"{Generated}AsyncEnumerableCall<{result}>",
            _ => null,
        };
    }

    private static bool IsPrimitive(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_String || (type.IsValueType && type.SpecialType != SpecialType.None);

    private static bool IsToken(IParameterSymbol parameter) => parameter.Type.ToDisplayString() == "System.Threading.CancellationToken";

    private static string Show(ITypeSymbol type) => type.ToDisplayString(Symbols.Full);

    private static string Escape(string name) => "@" + name;

    private static string RefOf(IParameterSymbol parameter) => parameter.RefKind switch
    {
        RefKind.None => "",
        RefKind.Out => "out ",
        RefKind.In => "in ",
        _ => "ref ",
    };
}
