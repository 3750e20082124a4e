using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>
/// Starts operations when they are due, whether or not earlier ones have ended: customers do not wait for each other. When the
/// engine stalls they pile up, and their waiting is seen.
/// </summary>
internal sealed class OpenLoop(double perSecond, TimeProvider time)
{
    /// <summary>More than piles up in a minute of silence at any rate that one machine bears.</summary>
    private const int OutstandingMax = 100_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _outstanding = 1;
    private Exception? _failure;

    /// <summary>Begun and not ended.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding) - 1;

    public long Begun { get; private set; }

    /// <summary>The latest that an operation was begun after it was due: how well the load generator keeps up.</summary>
    public TimeSpan LateMax { get; private set; }

    /// <summary>Until <paramref name="stop"/> is cancelled, then until all that were begun have ended.</summary>
    /// <exception cref="EngineFailedException">Too many pile up.</exception>
    public async Task RunAsync(Func<Task> operation, CancellationToken stop, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (!stop.IsCancellationRequested && _failure is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var elapsed = time.GetElapsedTime(begin);
            var due = (long)(elapsed.TotalSeconds * perSecond);
            if (Begun < due)
            {
                var late = elapsed - TimeSpan.FromSeconds((Begun + 1) / perSecond);
                if (late > LateMax) LateMax = late;
            }

            for (; Begun < due; Begun++)
            {
                if (Interlocked.Increment(ref _outstanding) > OutstandingMax)
                    throw new EngineFailedException($"{OutstandingMax} calls wait for an answer; the machine does not bear this rate.");
                _ = ObserveAsync(operation);
            }

            await Task.Delay(Tick, time, cancellationToken);
        }

        Leave();
        await _drained.Task.WaitAsync(cancellationToken);
        if (_failure is { } failure) throw failure;
    }

    private async Task ObserveAsync(Func<Task> operation)
    {
        try
        {
            // Off this thread, which has the next ones to begin.
            await Task.Run(operation);
        }
        catch (Exception e)
        {
            _failure ??= e;
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _outstanding) == 0) _drained.SetResult();
    }
}
