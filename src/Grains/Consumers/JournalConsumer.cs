using Engine.Grains.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Consumers;

/// <summary>
/// Follows the journal from a stored position, in order, at least once. What reacts to commits does so from here and never
/// within the commit: the journal is the outbox.
/// </summary>
internal abstract partial class JournalConsumer(IJournal journal, ILogger logger, string name) : BackgroundService
{
    private const int RowsMax = 4_096;

    /// <summary>
    /// Small batches cost almost as much as large ones, since they touch the same pages: after one, wait this long for more,
    /// unless someone is waiting. What comes after a quiet moment is handled at once.
    /// </summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(10);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        JournalPosition? position = null;
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                position ??= await ReadCheckpointAsync(stoppingToken);
                var page = await journal.ReadAsync(position, RowsMax, null, null, stoppingToken);
                if (!page.Next.Equals(position))
                {
                    await HandleAsync(page, stoppingToken);
                    position = page.Next;
                }

                failures = 0;
                if (!page.IsEnd) continue;
                await GatherAsync(Gathering, stoppingToken);
                await journal.WaitAsync(position, null, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The checkpoint says what was handled; whatever failed is handled again from there.
                LogFailed(logger, e, name);
                position = null;
                var pause = TimeSpan.FromMilliseconds(Math.Min(50 * Math.Pow(2, failures++), RetryMax.TotalMilliseconds));
                await Task.Delay(pause, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    protected abstract Task<JournalPosition> ReadCheckpointAsync(CancellationToken cancellationToken);

    /// <summary>Handles a page and stores its end as the checkpoint.</summary>
    protected abstract Task HandleAsync(JournalPage page, CancellationToken cancellationToken);

    protected virtual Task GatherAsync(TimeSpan gathering, CancellationToken cancellationToken) =>
        Task.Delay(gathering, TimeProvider.System, cancellationToken);

    [LoggerMessage(1101, LogLevel.Error, "The journal's consumer {Consumer} failed and tries again.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string consumer);
}
