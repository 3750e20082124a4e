using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime.Types;

namespace Orleans.Runtime.Streams;

/// <summary>Which grains get a stream because their class says so.</summary>
internal sealed class ImplicitSubscriptions
{
    private readonly List<(GrainType GrainType, ImplicitStreamSubscriptionAttribute Attribute)> _bindings;

    public ImplicitSubscriptions(GrainTypeRegistry registry) => _bindings =
    [
        .. registry.Classes.SelectMany(static info => info.GrainClass
            .GetCustomAttributes(typeof(ImplicitStreamSubscriptionAttribute), inherit: true)
            .Cast<ImplicitStreamSubscriptionAttribute>()
            .Select(attribute => (info.GrainType, attribute))),
    ];

    public StreamSubscription[] For(StreamId streamId)
    {
        var ns = streamId.GetNamespace();
        return ns is null
            ? []
            : [.. _bindings.Where(binding => binding.Attribute.Predicate.IsMatch(ns)).Select(binding => binding.GrainType).Distinct()
                .Select(grainType => new StreamSubscription { Id = IdOf(grainType, streamId), Consumer = ConsumerOf(grainType, streamId) })];
    }

    /// <summary>The subscription that a grain has without asking; null when its class does not say so.</summary>
    public StreamSubscription? Find(GrainId consumer, StreamId streamId) =>
        For(streamId).FirstOrDefault(subscription => subscription.Consumer == consumer);

    private static GrainId ConsumerOf(GrainType grainType, StreamId streamId) => new(grainType, new IdSpan(streamId.Key.ToArray()));

    /// <summary>The same in every activation, so that it needs no storage.</summary>
    private static Guid IdOf(GrainType grainType, StreamId streamId) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{grainType}|{streamId}")).AsSpan(0, 16));
}
