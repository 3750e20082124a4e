using System.Diagnostics.CodeAnalysis;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The messages of a call as they were framed, for as long as another attempt might have to send them again. Its
/// arrays are no pool's: an attempt that was given up may still be sending one.
/// </summary>
internal sealed class RequestLog(RetryBudget budget) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<byte[]?> _frames = [];
    private TaskCompletionSource _changed = NewSource();
    private ReplayContent? _owner;
    private long _reserved;
    private int _freed;
    private int _written;
    private bool _completed;
    private bool _ended;

    /// <summary>Whether a message did not fit, so that later attempts could not be given all of them.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Adds a message. False when there was no room to keep it: then there must be no attempt but the one at hand.</summary>
    public bool Append(byte[] frame, out int index)
    {
        bool fits;
        lock (_lock)
        {
            fits = _owner is not null || (!IsIncomplete && budget.TryReserve(frame.Length, _reserved));
            if (_owner is null && fits)
            {
                _reserved += frame.Length;
            }

            IsIncomplete |= !fits;
            index = _frames.Count;
            _frames.Add(frame);
            if (_ended || IsOver)
            {
                Free(_frames.Count);
            }
        }

        Signal();
        return fits;
    }

    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
        }

        Signal();
    }

    /// <summary>From now on only this attempt sends; what it has sent is not needed any more.</summary>
    public void BelongTo(ReplayContent owner)
    {
        lock (_lock)
        {
            _owner = owner;
            ReturnReserved();
            Free(owner.Sent);
        }

        // It may have stopped before.
        Signal();
    }

    /// <summary>An attempt sends nothing more.</summary>
    public void OnStopped() => Signal();

    /// <summary>Nothing will be sent any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
            ReturnReserved();
            Free(_frames.Count);
        }

        Signal();
    }

    /// <summary>Waits until some attempt has sent the message; false when none will.</summary>
    public async Task<bool> SentAsync(int index)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_written > index)
                {
                    return true;
                }

                if (_ended || IsOver)
                {
                    return false;
                }

                changed = _changed.Task;
            }

            await changed.ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the message of that number; null at the end of the messages.</summary>
    /// <exception cref="IOException">It is not kept any more.</exception>
    public async Task<byte[]?> NextAsync(int index, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (TryGet(index, out var frame))
                {
                    return frame;
                }

                if (_completed)
                {
                    return null;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void OnSent(ReplayContent content, int count)
    {
        lock (_lock)
        {
            _written = Math.Max(_written, count);
            if (ReferenceEquals(_owner, content))
            {
                Free(count);
            }
        }

        Signal();
    }

    private bool IsOver => _owner is { IsOver: true };

    private void ReturnReserved()
    {
        budget.Return(_reserved);
        _reserved = 0;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool TryGet(int index, [NotNullWhen(true)] out byte[]? frame)
    {
        frame = null;
        if (index < _freed || _ended)
        {
            throw new IOException("The messages of the call are not kept any more.");
        }

        return index < _frames.Count && (frame = _frames[index]) is not null;
    }

    private void Free(int count)
    {
        for (; _freed < count; _freed++)
        {
            _frames[_freed] = null;
        }
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = NewSource();
        }

        changed.TrySetResult();
    }
}
