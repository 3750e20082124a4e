namespace Grpc.Net.Client.Internal;

/// <summary>
/// The calls of a channel that have not ended, for the channel to end them when it is disposed of. Every call passes
/// here twice, so the calls themselves are the links of the list, where a set would hash each of them; and what one
/// leaves behind is for a next one to take: a source of cancellation that was never cancelled, with all that the
/// handler's many registrations made it grow.
/// </summary>
internal sealed class ActiveCalls
{
    private const int SpareSourcesMax = 256;

    private readonly Lock _lock = new();
    private readonly Stack<CancellationTokenSource> _spareSources = new();
    private CallBase? _first;
    private bool _closed;

    /// <returns>A source for the call, where it may have a used one and there is one.</returns>
    /// <exception cref="ObjectDisposedException">The channel is disposed of.</exception>
    public CancellationTokenSource? Add(CallBase call)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(GrpcChannel));
            call.NextActive = _first;
            _first?.PreviousActive = call;
            _first = call;
            return call.SharesSource && _spareSources.TryPop(out var source) ? source : null;
        }
    }

    /// <param name="call">Ended.</param>
    /// <param name="source">For another call, with nothing registered; null for none.</param>
    public void Remove(CallBase call, CancellationTokenSource? source)
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
            if (source is not null && _spareSources.Count < SpareSourcesMax)
            {
                _spareSources.Push(source);
            }
        }
    }

    /// <summary>Takes no further calls, and hands out those there are.</summary>
    public List<CallBase> Close()
    {
        var calls = new List<CallBase>();
        lock (_lock)
        {
            _closed = true;
            _spareSources.Clear();
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
