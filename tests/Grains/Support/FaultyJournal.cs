using Engine.Grains.Journal;

namespace Engine.Grains.Tests.Support;

/// <summary>A journal that fails where a test wants it to.</summary>
internal sealed class FaultyJournal(IJournal inner) : IJournal
{
    private int _appends;

    /// <summary>Asked before each append, with its number from 1: whether and how it fails.</summary>
    public Func<int, StreamName, Fault> OnAppend { get; set; } = (_, _) => Fault.None;

    public int Appends => Volatile.Read(ref _appends);

    public void Reset()
    {
        OnAppend = (_, _) => Fault.None;
        Volatile.Write(ref _appends, 0);
    }

    public int ConsumerGroups => inner.ConsumerGroups;

    public IStreamAppender OpenAppender(StreamName stream, long version) => new Appender(this, inner.OpenAppender(stream, version), stream);

    public Task<IReadOnlyList<JournalRow>> ReadStreamAsync(StreamName stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        inner.ReadStreamAsync(stream, afterVersion, limit, cancellationToken);

    public Task<IReadOnlyList<JournalRow>> ReadStreamBackwardsAsync(StreamName stream, long beforeVersion, int limit, CancellationToken cancellationToken = default) =>
        inner.ReadStreamBackwardsAsync(stream, beforeVersion, limit, cancellationToken);

    public Task<JournalPage> ReadAsync(
        JournalPosition after, int limit, LaneSet? lanes = null, string? workspace = null, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(after, limit, lanes, workspace, cancellationToken);

    public Task WaitAsync(JournalPosition after, LaneSet? lanes = null, CancellationToken cancellationToken = default) =>
        inner.WaitAsync(after, lanes, cancellationToken);

    public Task<int> CountAsync(
        JournalPosition after, int max, LaneSet? lanes = null, CancellationToken cancellationToken = default) =>
        inner.CountAsync(after, max, lanes, cancellationToken);

    public Task<JournalPosition> ReadEndAsync(CancellationToken cancellationToken = default) => inner.ReadEndAsync(cancellationToken);

    public Task<StoredSnapshot?> ReadSnapshotAsync(StreamName stream, CancellationToken cancellationToken = default) =>
        inner.ReadSnapshotAsync(stream, cancellationToken);

    public Task WriteSnapshotAsync(StreamName stream, StoredSnapshot snapshot, CancellationToken cancellationToken = default) =>
        inner.WriteSnapshotAsync(stream, snapshot, cancellationToken);

    public Task DeleteSnapshotAsync(StreamName stream, CancellationToken cancellationToken = default) =>
        inner.DeleteSnapshotAsync(stream, cancellationToken);

    private sealed class Appender(FaultyJournal journal, IStreamAppender inner, StreamName stream) : IStreamAppender
    {
        private bool _broken;

        public long Version => inner.Version;

        public async Task<AppendOutcome> AppendAsync(ReadOnlyMemory<byte> payload)
        {
            if (_broken) return AppendOutcome.FenceLost;
            var fault = journal.OnAppend(Interlocked.Increment(ref journal._appends), stream);
            if (fault == Fault.None) return await inner.AppendAsync(payload);
            _broken = true;
            if (fault == Fault.AfterWrite) await inner.AppendAsync(payload);
            throw new JournalUnavailableException("As the test wants it.");
        }
    }
}
