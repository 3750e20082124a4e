using System.Diagnostics;
using Engine.Grains.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Silo.Telemetry;

/// <summary>
/// A span for each commit, as long as its actor waits for it. Commits of many actors are written together; a span of the
/// batch would belong to none of their traces. Put around the journal only where traces are sent.
/// </summary>
internal sealed class TracedJournal(IJournal journal) : IJournal
{
    private static readonly ActivitySource Activities = new("Engine.Journal");

    public int ConsumerGroups => journal.ConsumerGroups;

    /// <summary>Replaces the registered journal by itself around it.</summary>
    public static void Add(IServiceCollection services)
    {
        var inner = services.Last(static service => service.ServiceType == typeof(IJournal) && !service.IsKeyedService);
        services.Remove(inner);
        services.AddSingleton<IJournal>(provider => new TracedJournal((IJournal)(
            inner.ImplementationInstance
            ?? inner.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!))));
    }

    public IStreamAppender OpenAppender(StreamName stream, long version) => new Appender(journal.OpenAppender(stream, version));

    public Task<IReadOnlyList<JournalRow>> ReadStreamAsync(
        StreamName stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        journal.ReadStreamAsync(stream, afterVersion, limit, cancellationToken);

    public Task<IReadOnlyList<JournalRow>> ReadStreamBackwardsAsync(
        StreamName stream, long beforeVersion, int limit, CancellationToken cancellationToken = default) =>
        journal.ReadStreamBackwardsAsync(stream, beforeVersion, limit, cancellationToken);

    public Task<JournalPage> ReadAsync(
        JournalPosition after, int limit, LaneSet? lanes = null, string? workspace = null, CancellationToken cancellationToken = default) =>
        journal.ReadAsync(after, limit, lanes, workspace, cancellationToken);

    public Task WaitAsync(JournalPosition after, LaneSet? lanes = null, CancellationToken cancellationToken = default) =>
        journal.WaitAsync(after, lanes, cancellationToken);

    public Task<int> CountAsync(JournalPosition after, int max, LaneSet? lanes = null, CancellationToken cancellationToken = default) =>
        journal.CountAsync(after, max, lanes, cancellationToken);

    public Task<JournalPosition> ReadEndAsync(CancellationToken cancellationToken = default) => journal.ReadEndAsync(cancellationToken);

    public Task<StoredSnapshot?> ReadSnapshotAsync(StreamName stream, CancellationToken cancellationToken = default) =>
        journal.ReadSnapshotAsync(stream, cancellationToken);

    public Task WriteSnapshotAsync(StreamName stream, StoredSnapshot snapshot, CancellationToken cancellationToken = default) =>
        journal.WriteSnapshotAsync(stream, snapshot, cancellationToken);

    public Task DeleteSnapshotAsync(StreamName stream, CancellationToken cancellationToken = default) =>
        journal.DeleteSnapshotAsync(stream, cancellationToken);

    private sealed class Appender(IStreamAppender appender) : IStreamAppender
    {
        public long Version => appender.Version;

        public Task<AppendOutcome> AppendAsync(ReadOnlyMemory<byte> payload)
        {
            // Before the first await, so that the version counts on as the caller expects.
            var around = Activity.Current;
            var activity = Activities.StartActivity("journal commit", ActivityKind.Client);
            // The caller goes on with its turn; what it does next is no part of this.
            Activity.Current = around;
            return activity is null ? appender.AppendAsync(payload) : TraceAsync(activity, appender.AppendAsync(payload), payload.Length);
        }

        private static async Task<AppendOutcome> TraceAsync(Activity activity, Task<AppendOutcome> append, int bytes)
        {
            using (activity)
            {
                activity.SetTag("engine.commit.bytes", bytes);
                try
                {
                    var outcome = await append;
                    activity.SetTag("engine.commit.outcome", outcome.IsCommitted ? "committed" : "fence_lost");
                    return outcome;
                }
                catch (Exception fault)
                {
                    activity.SetTag("error.type", fault.GetType().FullName);
                    activity.SetStatus(ActivityStatusCode.Error);
                    throw;
                }
            }
        }
    }
}
