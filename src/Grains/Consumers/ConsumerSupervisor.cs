using Engine.Grains.Deadlines;
using Engine.Grains.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Consumers;

/// <summary>
/// Calls the owners of all lanes of all consumers, and of overdue reminders, from every silo, again and again: a grain lives only once it is called,
/// and one that its silo took down with it comes to life elsewhere with the next call.
/// </summary>
internal sealed partial class ConsumerSupervisor(
    IGrainFactory grains, IJournal journal, IEnumerable<ConsumerKind> kinds, ILogger<ConsumerSupervisor> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(100);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        (from kind in kinds
         from lanes in Enumerable.Range(0, journal.ConsumerGroups)
         let key = ConsumerGrain.Key(kind.Name, lanes)
         select SuperviseAsync(key, grains.GetGrain<IConsumerGrain>(key).EnsureRunningAsync, stoppingToken))
        .Append(SuperviseAsync("overdue", grains.GetGrain<IOverdueGrain>(0).EnsureRunningAsync, stoppingToken)));

    /// <summary>Each by itself: a call to a silo that has just died takes its time to fail.</summary>
    private async Task SuperviseAsync(string name, Func<Task> ensureRunning, CancellationToken stoppingToken)
    {
        await Task.Yield();
        var pause = RetryMin;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ensureRunning();
                pause = Period;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The silo is not up yet, or another one is going down: soon again.
                LogFailed(e, name);
                pause = pause == Period ? RetryMin : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, Period.Ticks - 1));
            }
            catch (Exception)
            {
                return;
            }

            await Task.Delay(pause, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1104, LogLevel.Debug, "The journal's consumer {Consumer} could not be reached.")]
    private partial void LogFailed(Exception exception, string consumer);
}
