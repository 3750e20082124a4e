using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Activations;

/// <summary>Calls in the order of their arrival, linked through themselves.</summary>
internal sealed class CallQueue
{
    private GrainCall? _first;
    private GrainCall? _last;

    public int Count { get; private set; }

    /// <summary>Calls that may be let in before those that wait in front of them.</summary>
    public int OvertakingCount { get; private set; }

    public static GrainCall? After(GrainCall call) => (GrainCall?)call.Next;

    public GrainCall? Peek() => _first;

    public void Add(GrainCall call)
    {
        call.Next = null;
        if (_last is null)
            _first = call;
        else
            _last.Next = call;
        _last = call;
        Count++;
        if (call.IsReadOnly || call.IsAlwaysInterleave)
            OvertakingCount++;
    }

    public GrainCall? Take()
    {
        var call = _first;
        if (call is not null)
            Remove(call, null);
        return call;
    }

    /// <param name="call">A call of this queue.</param>
    /// <param name="previous">The one before it; null for the first.</param>
    public void Remove(GrainCall call, GrainCall? previous)
    {
        var next = After(call);
        if (previous is null)
            _first = next;
        else
            previous.Next = next;
        if (ReferenceEquals(_last, call))
            _last = previous;
        call.Next = null;
        Count--;
        if (call.IsReadOnly || call.IsAlwaysInterleave)
            OvertakingCount--;
    }
}
