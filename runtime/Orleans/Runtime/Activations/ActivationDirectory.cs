using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime.Activations;

/// <summary>The activations of this silo, by identity.</summary>
internal sealed class ActivationDirectory : IEnumerable<Activation>
{
    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();

    public int Count => _activations.Count;

    public bool TryGet(GrainId grainId, [MaybeNullWhen(false)] out Activation activation) =>
        _activations.TryGetValue(grainId, out activation);

    /// <summary>The activation of a grain; made now if there is none, by nobody else at the same time.</summary>
    public Activation GetOrAdd<TArgument>(GrainId grainId, Func<GrainId, TArgument, Activation> create, TArgument argument) =>
        _activations.GetOrAdd(grainId, create, argument);

    /// <summary>Forgets this activation; a newer one of the same grain stays.</summary>
    public bool Remove(Activation activation) =>
        _activations.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));

    public IEnumerator<Activation> GetEnumerator() => _activations.Select(static pair => pair.Value).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
