using Engine.Grains.Journal;
using Engine.Internal.V1;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Consumers;

/// <summary>
/// Follows some lanes of the journal from a stored position, in order, at least once. What reacts to commits does so from
/// here and never within the commit: the journal is the outbox.
/// </summary>
/// <remarks>
/// <para>
/// Several silos could each run every consumer, but then each would do all the work; or one silo could run them all, but
/// then reading models would not scale, and who takes over when it dies? So the lanes are divided into groups, and each
/// (consumer, group) is a grain: the cluster sees to it that it lives somewhere, <see cref="ConsumerSupervisor"/> that it
/// lives at all. A grain may live twice for a moment, and a silo that was frozen goes on where it stopped without knowing
/// that another took over. Locks and leases only make that rare; what makes it harmless is the checkpoint: each owner takes
/// the next epoch, a checkpoint is moved only with the newest one, and who cannot move it stops.
/// </para>
/// <para>
/// The loop runs beside its grain, on the pool: handling a page of some thousand commits takes a while, and the grain
/// shall answer meanwhile.
/// </para>
/// </remarks>
internal sealed partial class ConsumerLoop(
    IJournal journal, IConsumer consumer, string name, LaneSet lanes, EngineClock clock, ILogger logger) : IDisposable
{
    private const int RowsMax = 4_096;
    private const int CountMax = 100_000;
    private static readonly TimeSpan CountPeriod = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Small batches cost almost as much as large ones, since they touch the same pages: after one, wait this long for more,
    /// unless someone is waiting. What comes after a quiet moment is handled at once.
    /// </summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Setbacks _setbacks = new(TimeProvider.System);
    private readonly ConsumerStatus _status = new() { Consumer = name, Group = lanes.Group, Groups = lanes.Groups };
    private TaskCompletionSource _nudged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset? _oldest;
    private long _countedAt;

    public string Name => name;

    public LaneSet Lanes => lanes;

    /// <summary>Completes when the loop has ended: it was stopped, or another owner took its lanes.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Start()
    {
        // Not with the context of the call that happened to activate the grain.
        using (ExecutionContext.SuppressFlow()) Completion = Task.Run(RunAsync);
    }

    /// <summary>Makes the loop look at the journal now.</summary>
    public void Nudge()
    {
        lock (_lock) _nudged.TrySetResult();
    }

    public ConsumerStatus GetStatus()
    {
        lock (_lock)
        {
            var status = _status.Clone();
            var lag = _oldest is { } oldest ? clock.UtcNow - oldest : TimeSpan.Zero;
            status.Lag = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(lag > TimeSpan.Zero ? lag : TimeSpan.Zero);
            return status;
        }
    }

    /// <summary>Ends the loop; a page being handled is given up or finished, and is then in the store or is not.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Completion;
    }

    public void Dispose() => _stop.Cancel();

    private async Task RunAsync()
    {
        var cancellationToken = _stop.Token;
        Checkpoint? checkpoint = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (checkpoint is null) OnTaken(checkpoint = await consumer.TakeAsync(lanes, cancellationToken));
                var nudged = NextNudge();
                var page = await journal.ReadAsync(checkpoint.Position, RowsMax, lanes, null, cancellationToken);
                await ObserveAsync(page, cancellationToken);
                if (!page.Next.Equals(checkpoint.Position))
                {
                    var after = checkpoint with { Position = page.Next };
                    if (!await consumer.HandleAsync(page, after, cancellationToken))
                    {
                        LogLost(logger, name, lanes, checkpoint.Epoch);
                        return;
                    }

                    checkpoint = after;
                }

                OnHandled(page);
                if (!page.IsEnd) continue;
                await Task.WhenAny(Task.Delay(Gathering, TimeProvider.System, cancellationToken), nudged);
                await WaitAsync(checkpoint.Position, nudged, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // What failed may have been done all the same: it is handled again, from the last position that surely was.
                OnFailed(e);
                await Task.Delay(_setbacks.Add(), TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>What wakes the loop from now on: a nudge from before the read has got what it wanted.</summary>
    private Task NextNudge()
    {
        lock (_lock)
        {
            if (_nudged.Task.IsCompleted) _nudged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _nudged.Task;
        }
    }

    private async Task WaitAsync(JournalPosition position, Task nudged, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var more = journal.WaitAsync(position, lanes, either.Token);
        if (await Task.WhenAny(more, nudged) == more)
        {
            await more;
            return;
        }

        await either.CancelAsync();
        await more.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void OnTaken(Checkpoint checkpoint)
    {
        LogTaken(logger, name, lanes, checkpoint.Epoch);
        lock (_lock)
        {
            _status.Epoch = checkpoint.Epoch;
            _status.TakeTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(clock.UtcNow);
        }
    }

    private async ValueTask ObserveAsync(JournalPage page, CancellationToken cancellationToken)
    {
        long? counted = page.IsEnd ? page.Rows.Count : null;
        if (counted is null && (_countedAt == 0 || TimeProvider.System.GetElapsedTime(_countedAt) >= CountPeriod))
        {
            counted = page.Rows.Count + await journal.CountAsync(page.Next, CountMax, lanes, cancellationToken);
            _countedAt = TimeProvider.System.GetTimestamp();
        }

        lock (_lock)
        {
            _status.LagCommits = counted ?? Math.Max(_status.LagCommits, page.Rows.Count + 1);
            if (page.Rows.Count > 0) _oldest = Commit.Parser.ParseFrom(page.Rows[0].Payload.Span).CommitTime?.ToDateTimeOffset();
        }
    }

    private void OnHandled(JournalPage page)
    {
        lock (_lock)
        {
            _status.HandledCommits += page.Rows.Count;
            _status.LagCommits = page.IsEnd ? 0 : Math.Max(1, _status.LagCommits - page.Rows.Count);
            if (page.IsEnd) _oldest = null;
            (_status.LastError, _status.Failures) = ("", 0);
        }
    }

    private void OnFailed(Exception exception)
    {
        var error = exception.GetType().Name;
        lock (_lock)
        {
            _status.LastError = error;
            _status.Failures++;
        }

        if (!TransientFailure.Is(exception)) LogFailed(logger, exception, name, lanes);
        else if (_setbacks.TryTell(out var failures)) LogDelayed(logger, name, lanes, error, failures);
    }

    [LoggerMessage(1101, LogLevel.Error, "The journal's consumer {Consumer} failed on lanes {Lanes} and tries again.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string consumer, LaneSet lanes);

    [LoggerMessage(1102, LogLevel.Debug, "The journal's consumer {Consumer} took lanes {Lanes} with epoch {Epoch}.")]
    private static partial void LogTaken(ILogger logger, string consumer, LaneSet lanes, long epoch);

    [LoggerMessage(1103, LogLevel.Information, "The journal's consumer {Consumer} stops on lanes {Lanes}: another owner came after epoch {Epoch}.")]
    private static partial void LogLost(ILogger logger, string consumer, LaneSet lanes, long epoch);

    [LoggerMessage(1105, LogLevel.Warning,
        "The journal's consumer {Consumer} cannot go on with lanes {Lanes} for now: {Error}, {Failures} times since this was last said.")]
    private static partial void LogDelayed(ILogger logger, string consumer, LaneSet lanes, string error, int failures);
}
