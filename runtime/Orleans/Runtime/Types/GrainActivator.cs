using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Activations;

namespace Orleans.Runtime.Types;

/// <summary>Makes grain objects: their constructors get services, the activation's context and persistent states.</summary>
internal static class GrainActivator
{
    private static readonly MethodInfo CreateStateMethod =
        typeof(GrainActivator).GetMethod(nameof(CreateState), BindingFlags.NonPublic | BindingFlags.Static)!;

    public static Func<Activation, object> For(Type grainClass)
    {
        var constructor = Choose(grainClass);
        var parameters = constructor.GetParameters();
        var sources = parameters.Select(parameter => Source(grainClass, parameter)).ToArray();
        var values = Expression.Parameter(typeof(object?[]));
        var create = Expression.Lambda<Func<object?[], object>>(
            Expression.New(constructor, parameters.Select((parameter, index) => Expression.Convert(
                Expression.ArrayIndex(values, Expression.Constant(index)), parameter.ParameterType))),
            values).Compile();
        if (sources.Length == 0)
            return _ => create([]);
        return activation =>
        {
            var arguments = new object?[sources.Length];
            for (var index = 0; index < sources.Length; index++)
                arguments[index] = sources[index](activation);
            return create(arguments);
        };
    }

    private static ConstructorInfo Choose(Type grainClass)
    {
        var constructors = grainClass.GetConstructors(BindingFlags.Instance | BindingFlags.Public);
        return constructors.FirstOrDefault(static constructor => constructor.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? constructors.MaxBy(static constructor => constructor.GetParameters().Length)
            ?? throw new InvalidOperationException($"{grainClass} has no public constructor.");
    }

    private static Func<Activation, object?> Source(Type grainClass, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(IGrainContext))
            return static activation => activation;
        if (type == typeof(IServiceProvider))
            return static activation => activation.ActivationServices;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } state)
        {
            if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
                throw new InvalidOperationException($"'{parameter.Name}' of {grainClass} is not an IPersistentState.");
            var create = CreateStateMethod.MakeGenericMethod(type.GetGenericArguments())
                .CreateDelegate<Func<Activation, PersistentStateAttribute, object>>();
            return activation => create(activation, state);
        }

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return activation => ((IKeyedServiceProvider)activation.ActivationServices).GetKeyedService(type, keyed.Key)
                ?? Missing(grainClass, parameter);
        }

        return activation => activation.ActivationServices.GetService(type) ?? Missing(grainClass, parameter);
    }

    private static object? Missing(Type grainClass, ParameterInfo parameter) =>
        parameter.HasDefaultValue
            ? parameter.DefaultValue
            : throw new InvalidOperationException(
                $"Unable to resolve service for type '{parameter.ParameterType}' while attempting to activate '{grainClass}'.");

    private static object CreateState<TState>(Activation activation, PersistentStateAttribute attribute) =>
        activation.Shared.Services.GetRequiredService<IPersistentStateFactory>().Create<TState>(activation, attribute);
}
