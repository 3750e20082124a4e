using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Grpc.Net.Client.Balancer;

/// <summary>What a resolver knows of an address or a result.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "The published name.")]
public sealed class BalancerAttributes : IDictionary<string, object?>, IReadOnlyDictionary<string, object?>
{
    /// <summary>Without entries; not to be changed.</summary>
    public static readonly BalancerAttributes Empty = new(System.Collections.ObjectModel.ReadOnlyDictionary<string, object?>.Empty);

    private readonly IDictionary<string, object?> _values;

    public BalancerAttributes()
        : this(new Dictionary<string, object?>(StringComparer.Ordinal))
    {
    }

    private BalancerAttributes(IDictionary<string, object?> values)
    {
        _values = values;
    }

    ICollection<string> IDictionary<string, object?>.Keys => _values.Keys;

    ICollection<object?> IDictionary<string, object?>.Values => _values.Values;

    IEnumerable<string> IReadOnlyDictionary<string, object?>.Keys => _values.Keys;

    IEnumerable<object?> IReadOnlyDictionary<string, object?>.Values => _values.Values;

    int ICollection<KeyValuePair<string, object?>>.Count => _values.Count;

    int IReadOnlyCollection<KeyValuePair<string, object?>>.Count => _values.Count;

    bool ICollection<KeyValuePair<string, object?>>.IsReadOnly => _values.IsReadOnly;

    object? IReadOnlyDictionary<string, object?>.this[string key] => _values[key];

    object? IDictionary<string, object?>.this[string key]
    {
        get => _values[key];
        set => _values[key] = value;
    }

    public bool TryGetValue<TValue>(BalancerAttributesKey<TValue> key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_values.TryGetValue(key.Key, out var found))
        {
            value = (TValue)found!;
            return true;
        }

        value = default;
        return false;
    }

    public void Set<TValue>(BalancerAttributesKey<TValue> key, TValue value) => _values[key.Key] = value;

    public bool Remove<TValue>(BalancerAttributesKey<TValue> key) => _values.Remove(key.Key);

    void IDictionary<string, object?>.Add(string key, object? value) => _values.Add(key, value);

    void ICollection<KeyValuePair<string, object?>>.Add(KeyValuePair<string, object?> item) => _values.Add(item);

    void ICollection<KeyValuePair<string, object?>>.Clear() => _values.Clear();

    bool ICollection<KeyValuePair<string, object?>>.Contains(KeyValuePair<string, object?> item) => _values.Contains(item);

    bool IDictionary<string, object?>.ContainsKey(string key) => _values.ContainsKey(key);

    bool IReadOnlyDictionary<string, object?>.ContainsKey(string key) => _values.ContainsKey(key);

    void ICollection<KeyValuePair<string, object?>>.CopyTo(KeyValuePair<string, object?>[] array, int arrayIndex) =>
        _values.CopyTo(array, arrayIndex);

    IEnumerator<KeyValuePair<string, object?>> IEnumerable<KeyValuePair<string, object?>>.GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();

    bool IDictionary<string, object?>.Remove(string key) => _values.Remove(key);

    bool ICollection<KeyValuePair<string, object?>>.Remove(KeyValuePair<string, object?> item) => _values.Remove(item);

    bool IDictionary<string, object?>.TryGetValue(string key, out object? value) => _values.TryGetValue(key, out value);

    bool IReadOnlyDictionary<string, object?>.TryGetValue(string key, out object? value) => _values.TryGetValue(key, out value);
}
