using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>An interceptor type with constructor arguments.</summary>
public class InterceptorRegistration
{
    private ObjectFactory? _factory;

    internal InterceptorRegistration(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type,
        object[] arguments)
    {
        Type = type ?? throw new ArgumentNullException(nameof(type));
        ArgumentNullException.ThrowIfNull(arguments);
        if (Array.IndexOf(arguments, null) >= 0)
        {
            throw new ArgumentException("Interceptor arguments can't contain null values.", nameof(arguments));
        }

        ArgumentArray = arguments;
    }

    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)]
    public Type Type { get; }

    public IReadOnlyList<object> Arguments => ArgumentArray;

    internal object[] ArgumentArray { get; }

    internal ObjectFactory Factory => _factory ??=
        ActivatorUtilities.CreateFactory(Type, [.. ArgumentArray.Select(a => a.GetType())]);
}
