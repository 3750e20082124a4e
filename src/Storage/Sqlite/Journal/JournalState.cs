using Engine.Grains.Journal;

namespace Engine.Storage.Sqlite.Journal;

/// <summary>
/// How far the journal is committed, for those who wait for more. Written by the writer's thread, read by anyone.
/// </summary>
internal sealed class JournalState
{
    private readonly long[] _lanes = new long[StreamName.LaneCount];
    private readonly Lock _gate = new();
    private TaskCompletionSource? _more;
    private long _last;
    private bool _closed;

    /// <summary>The newest committed sequence.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>After opening: which lanes the newest rows are in is not known, so all may have them.</summary>
    public void Restore(long last)
    {
        _last = last;
        Array.Fill(_lanes, last);
    }

    public void Committed(int lane, long sequence)
    {
        Volatile.Write(ref _lanes[lane], sequence);
        Volatile.Write(ref _last, sequence);
    }

    /// <summary>Wakes who waits; once a batch.</summary>
    public void Announce()
    {
        TaskCompletionSource? more;
        lock (_gate) (more, _more) = (_more, null);
        more?.SetResult();
    }

    public void Close()
    {
        TaskCompletionSource? more;
        lock (_gate)
        {
            _closed = true;
            (more, _more) = (_more, null);
        }

        more?.SetException(Closed());
    }

    public async Task WaitAsync(JournalPosition after, LaneSet lanes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_closed) throw Closed();
                more = (_more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            // Looked at after registering: what commits in between wakes us.
            if (HasMore(after, lanes)) return;
            await more.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool HasMore(JournalPosition after, LaneSet lanes)
    {
        for (var lane = lanes.Group; lane < _lanes.Length; lane += lanes.Groups)
        {
            if (Volatile.Read(ref _lanes[lane]) > after[lane].Sequence) return true;
        }

        return false;
    }

    private static JournalUnavailableException Closed() => new("The journal is closed.");
}
