using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans;

/// <summary>
/// The grain whose key is that of a stream of this namespace gets its items. It subscribes in OnActivateAsync, which
/// the first item causes.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public class ImplicitStreamSubscriptionAttribute : Attribute, IGrainBindingsProviderAttribute
{
    public ImplicitStreamSubscriptionAttribute(string streamNamespace, string? streamIdMapper = null)
    {
        Predicate = new ExactNamespace(streamNamespace.Trim());
        StreamIdMapper = streamIdMapper;
    }

    public ImplicitStreamSubscriptionAttribute(IStreamNamespacePredicate predicate, string? streamIdMapper = null)
    {
        Predicate = predicate;
        StreamIdMapper = streamIdMapper;
    }

    public ImplicitStreamSubscriptionAttribute(Type predicateType, string? streamIdMapper = null)
        : this((IStreamNamespacePredicate)Activator.CreateInstance(predicateType)!, streamIdMapper)
    {
    }

    public IStreamNamespacePredicate Predicate { get; }

    public string? StreamIdMapper { get; init; }

    /// <inheritdoc/>
    public IEnumerable<Dictionary<string, string?>> GetBindings(IServiceProvider services, Type grainClass, GrainType grainType)
    {
        yield return new Dictionary<string, string?>
        {
            [WellKnownGrainTypeProperties.BindingTypeKey] = WellKnownGrainTypeProperties.StreamBindingTypeValue,
            [WellKnownGrainTypeProperties.StreamBindingPatternKey] = Predicate.PredicatePattern,
        };
    }

    private sealed class ExactNamespace(string name) : IStreamNamespacePredicate
    {
        public string PredicatePattern => $"namespace:{name}";

        public bool IsMatch(string streamNamespace) => string.Equals(name, streamNamespace?.Trim(), StringComparison.Ordinal);
    }
}
