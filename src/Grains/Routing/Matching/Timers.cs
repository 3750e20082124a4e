namespace Engine.Grains.Routing.Matching;

/// <summary>What changes by itself, the next one first.</summary>
internal sealed class Timers
{
    private readonly IndexedHeap<Timed, Timed.Order> _heap = new();

    public long Next => _heap.First?.Due ?? BoardTime.Never;

    /// <param name="due"><see cref="BoardTime.Never"/>: not any more.</param>
    public void Set(Timed timed, long due)
    {
        var had = timed.Due;
        timed.Due = due;
        if (!IndexedHeap<Timed, Timed.Order>.Has(timed))
        {
            if (due != BoardTime.Never) _heap.Add(timed);
        }
        else if (due == BoardTime.Never)
        {
            _heap.Remove(timed);
        }
        else if (due != had)
        {
            _heap.Moved(timed);
        }
    }

    /// <summary>The next that is due by then, taken out; null: none.</summary>
    public Timed? Take(long now)
    {
        if (_heap.First is not { } first || first.Due > now) return null;
        _heap.Remove(first);
        first.Due = BoardTime.Never;
        return first;
    }
}
