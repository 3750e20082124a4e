namespace Grpc.Net.Client.Internal;

/// <summary>
/// The calls of a channel that have not ended, for the channel to end them when it is disposed of. The calls are the
/// links of the list: every call passes here twice, and a set would hash it each time.
/// </summary>
internal sealed class ActiveCalls
{
    private readonly Lock _lock = new();
    private CallBase? _first;
    private bool _closed;

    /// <exception cref="ObjectDisposedException">The channel is disposed of.</exception>
    public void Add(CallBase call)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(GrpcChannel));
            call.NextActive = _first;
            _first?.PreviousActive = call;
            _first = call;
        }
    }

    public void Remove(CallBase call)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            if (call.PreviousActive is { } previous)
            {
                previous.NextActive = call.NextActive;
            }
            else
            {
                _first = call.NextActive;
            }

            call.NextActive?.PreviousActive = call.PreviousActive;
            call.NextActive = call.PreviousActive = null;
        }
    }

    /// <summary>Takes no further calls, and hands out those there are.</summary>
    public List<CallBase> Close()
    {
        var calls = new List<CallBase>();
        lock (_lock)
        {
            _closed = true;
            while (_first is { } call)
            {
                calls.Add(call);
                _first = call.NextActive;
                call.NextActive = call.PreviousActive = null;
            }
        }

        return calls;
    }
}
