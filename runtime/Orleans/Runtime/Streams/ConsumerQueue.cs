using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime.Streams;

/// <summary>Items that wait for one consumer.</summary>
internal sealed class ConsumerQueue(StreamSubscription subscription)
{
    private const int BatchesMax = 10_000;
    private readonly LinkedList<StreamItems> _items = new();

    public StreamSubscription Subscription => subscription;

    public bool IsDelivering { get; set; }

    /// <returns>Whether the oldest items had to be dropped.</returns>
    public bool Add(StreamItems items)
    {
        _items.AddLast(items);
        if (_items.Count <= BatchesMax)
            return false;
        _items.RemoveFirst();
        return true;
    }

    public bool TryPeek([NotNullWhen(true)] out StreamItems? items)
    {
        items = _items.First?.Value;
        return items is not null;
    }

    /// <summary>Removes delivered items, unless they were dropped meanwhile.</summary>
    public void Remove(StreamItems items)
    {
        if (ReferenceEquals(_items.First?.Value, items))
            _items.RemoveFirst();
    }
}
