using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Orleans.Runtime.Generated;

/// <summary>A method of a grain interface, as the calls of it share it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallMethod
{
    private readonly Type[] _parameterTypes;
    private readonly Type _declaringType;
    private MethodInfo? _method;

    /// <param name="interfaceType">The interface through which the call is made.</param>
    /// <param name="declaringType">The interface that declares the method.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="signature">What tells it from the interface's other methods, the same in every process.</param>
    /// <param name="options">What its attributes say.</param>
    /// <param name="timeout">Its own time limit as text, or null.</param>
    /// <param name="parameterTypes">For reflection in filters.</param>
    public CallMethod(
        Type interfaceType, Type declaringType, string name, string signature, CallOptions options, string? timeout,
        params Type[] parameterTypes)
    {
        InterfaceType = interfaceType;
        _declaringType = declaringType;
        _parameterTypes = parameterTypes;
        Name = name;
        Id = XxHash32.Compute(Encoding.UTF8.GetBytes(signature));
        Options = options;
        Timeout = timeout is null ? null : TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
        InterfaceName = interfaceType.FullName ?? interfaceType.Name;
    }

    internal Type InterfaceType { get; }

    /// <summary>The interface's name with its namespace.</summary>
    internal string InterfaceName { get; }

    internal string Name { get; }

    /// <summary>Names the method on the wire.</summary>
    internal uint Id { get; }

    internal CallOptions Options { get; }

    internal TimeSpan? Timeout { get; }

    internal MethodInfo MethodInfo => _method ??= Find();

    public override string ToString() => $"{InterfaceName}.{Name}";

    private MethodInfo Find() =>
        _declaringType.GetMethods(BindingFlags.Instance | BindingFlags.Public).FirstOrDefault(method =>
            method.Name == Name && (method.IsGenericMethodDefinition
                ? method.GetParameters().Length == _parameterTypes.Length
                : method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(_parameterTypes)))
        ?? throw new MissingMethodException(InterfaceName, Name);
}
