namespace Engine.Grains.Routing.Matching;

/// <summary>
/// The first of many at hand, and any one of them taken out or moved in logarithmic time: each item knows its place.
/// (A priority queue of the library finds no item again, and a sorted set allocates a node for each.)
/// </summary>
/// <typeparam name="T">What is in it.</typeparam>
/// <typeparam name="TOrder">The order, and where an item keeps its place: plus one, 0 outside of the heap.</typeparam>
internal sealed class IndexedHeap<T, TOrder>
    where T : class
    where TOrder : struct, IHeapOrder<T>
{
    private T[] _items = [];

    public int Count { get; private set; }

    public T? First => Count > 0 ? _items[0] : null;

    /// <summary>In no order.</summary>
    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    public static bool Has(T item) => TOrder.Place(item) > 0;

    public void Add(T item)
    {
        if (Count == _items.Length) Array.Resize(ref _items, Math.Max(4, Count * 2));
        Rise(item, Count++);
    }

    public void Remove(T item)
    {
        var place = TOrder.Place(item) - 1;
        TOrder.Place(item) = 0;
        var last = _items[--Count];
        _items[Count] = null!;
        if (place == Count) return;
        Settle(last, place);
    }

    /// <summary>An item is no longer what it was ordered by.</summary>
    public void Moved(T item) => Settle(item, TOrder.Place(item) - 1);

    private void Settle(T item, int place)
    {
        if (place > 0 && TOrder.IsBefore(item, _items[(place - 1) / 2])) Rise(item, place);
        else Sink(item, place);
    }

    private void Rise(T item, int place)
    {
        while (place > 0)
        {
            var parent = (place - 1) / 2;
            if (!TOrder.IsBefore(item, _items[parent])) break;
            Put(_items[parent], place);
            place = parent;
        }

        Put(item, place);
    }

    private void Sink(T item, int place)
    {
        while (true)
        {
            var child = place * 2 + 1;
            if (child >= Count) break;
            if (child + 1 < Count && TOrder.IsBefore(_items[child + 1], _items[child])) child++;
            if (!TOrder.IsBefore(_items[child], item)) break;
            Put(_items[child], place);
            place = child;
        }

        Put(item, place);
    }

    private void Put(T item, int place)
    {
        _items[place] = item;
        TOrder.Place(item) = place + 1;
    }
}
