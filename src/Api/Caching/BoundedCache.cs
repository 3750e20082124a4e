using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Engine.Api.Caching;

/// <summary>
/// A map that never holds more than a given number of entries; what was used lately stays longest.
/// </summary>
/// <remarks>
/// Whoever calls the API chooses the keys of these maps, so size must not be theirs to choose. An exact order of use
/// needs a lock for every look-up; two generations do not: entries are added to the young one, and when it is full it
/// becomes the old one, and what was old and not asked for since is forgotten.
/// </remarks>
internal sealed class BoundedCache<TKey, TValue>(int entriesMax)
    where TKey : notnull
{
    private readonly int _generationMax = Math.Max(1, entriesMax / 2);
    private readonly Lock _turning = new();
    private volatile Generations _generations = new(new(), new());

    /// <summary>How many entries there are; for tests.</summary>
    public int Count => _generations.Young.Count + _generations.Old.Count;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var generations = _generations;
        if (generations.Young.TryGetValue(key, out value)) return true;
        if (!generations.Old.TryGetValue(key, out value)) return false;
        // Moved rather than copied, so that one entry is not two; whoever loses the race has nothing to do.
        if (generations.Old.TryRemove(new(key, value))) Set(key, value);
        return true;
    }

    public TValue GetOrAdd(TKey key, Func<TKey, TValue> create)
    {
        if (TryGet(key, out var value)) return value;
        value = _generations.Young.GetOrAdd(key, create);
        TurnWhenFull();
        return value;
    }

    public void Set(TKey key, TValue value)
    {
        _generations.Young[key] = value;
        TurnWhenFull();
    }

    public void Remove(TKey key)
    {
        var generations = _generations;
        generations.Young.TryRemove(key, out _);
        generations.Old.TryRemove(key, out _);
    }

    /// <summary>Removes an entry unless it was replaced meanwhile.</summary>
    public void Remove(TKey key, TValue value)
    {
        var generations = _generations;
        generations.Young.TryRemove(new(key, value));
        generations.Old.TryRemove(new(key, value));
    }

    /// <summary>Removes what a rare event makes wrong; looks at every entry.</summary>
    public void RemoveWhere(Func<TValue, bool> isWrong)
    {
        var generations = _generations;
        foreach (var (key, value) in generations.Young.Concat(generations.Old))
        {
            if (isWrong(value)) Remove(key, value);
        }
    }

    private void TurnWhenFull()
    {
        // ConcurrentDictionary.Count takes all its locks: adding is rare, looking up is not.
        if (_generations.Young.Count < _generationMax) return;
        lock (_turning)
        {
            if (_generations.Young.Count >= _generationMax) _generations = new(new(), _generations.Young);
        }
    }

    private sealed record Generations(ConcurrentDictionary<TKey, TValue> Young, ConcurrentDictionary<TKey, TValue> Old);
}
