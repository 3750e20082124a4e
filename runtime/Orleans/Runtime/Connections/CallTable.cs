using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Connections;

/// <summary>The calls of one direction of a connection, by number. Once closed it takes no more.</summary>
internal sealed class CallTable
{
    private readonly Dictionary<long, Entry> _calls = [];
    private readonly Lock _gate = new();
    private bool _isClosed;

    public int Count
    {
        get
        {
            lock (_gate)
                return _calls.Count;
        }
    }

    /// <summary>Bytes that the calls took on the wire.</summary>
    public long Bytes { get; private set; }

    public bool TryAdd(long id, GrainCall call, int bytes = 0)
    {
        lock (_gate)
        {
            if (_isClosed)
                return false;
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_calls, id, out var exists);
            if (exists)
                return false;
            entry = new Entry(call, bytes);
            Bytes += bytes;
            return true;
        }
    }

    public bool TryGet(long id, [NotNullWhen(true)] out GrainCall? call)
    {
        lock (_gate)
            call = _calls.TryGetValue(id, out var entry) ? entry.Call : null;
        return call is not null;
    }

    public bool Remove(long id, [NotNullWhen(true)] out GrainCall? call)
    {
        lock (_gate)
        {
            if (!_calls.Remove(id, out var entry))
            {
                call = null;
                return false;
            }

            Bytes -= entry.Bytes;
            call = entry.Call;
            return true;
        }
    }

    /// <summary>Takes out everything; nothing comes in any more.</summary>
    public List<GrainCall> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            var left = _calls.Values.Select(static entry => entry.Call).ToList();
            _calls.Clear();
            Bytes = 0;
            return left;
        }
    }

    private readonly record struct Entry(GrainCall Call, int Bytes);
}
