using Engine.Grains.Journal;
using Engine.Storage.Sqlite.Native;
using Engine.Storage.Sqlite.Writing;

namespace Engine.Storage.Sqlite.Journal;

/// <summary>
/// One activation's chain. The caller's side only counts versions and queues; everything that decides - the stream's
/// number, the fence, whether the chain is broken - happens on the writer's thread, where all chains meet in one order.
/// </summary>
internal sealed class SqliteStreamAppender(
    SqliteWriter writer, JournalState state, long writerId, StreamName stream, long version) : IStreamAppender
{
    private readonly int _lane = stream.Lane;
    private readonly long _openedAt = version;
    private bool _refused;

    // The writer's thread only.
    private long _streamId;
    private Break _break;

    private enum Break
    {
        None,
        FenceLost,
        Failed,
    }

    public long Version { get; private set; } = version;

    public Task<AppendOutcome> AppendAsync(ReadOnlyMemory<byte> payload)
    {
        StorageLimits.CheckBytes(payload.Length, StorageLimits.CommitBytesMax, "A commit");
        if (_refused) return Task.FromException<AppendOutcome>(Broken());
        var append = new PendingAppend(this, Version + 1, payload);
        if (!writer.TryEnqueue(append, out var refusal))
        {
            _refused = true;
            return Task.FromException<AppendOutcome>(new JournalUnavailableException(refusal!));
        }

        Version++;
        return append.Task;
    }

    private static JournalUnavailableException Broken() => new("An earlier append of this chain failed.");

    /// <summary>Returns the sequence, or 0 when the fence is lost.</summary>
    private long Write(SqliteSession session, long version, ReadOnlySpan<byte> payload)
    {
        if (_break != Break.None || !ResolveStream(session))
        {
            if (_break == Break.None) _break = Break.FenceLost;
            return 0;
        }

        var inserted = session.Prepare(SqliteJournalSql.Append)
            .Bind(1, _streamId).Bind(2, version).Bind(3, _lane).Bind(4, writerId).Bind(5, payload)
            .Execute();
        if (inserted == 1) return session.LastInsertRowId;
        _break = Break.FenceLost;
        return 0;
    }

    /// <summary>
    /// Once a chain. False when the store has not what the activation has seen: appending behind it would leave a gap.
    /// </summary>
    private bool ResolveStream(SqliteSession session)
    {
        if (_streamId != 0) return true;
        var id = SqliteJournalSql.FindStream(session, stream);
        if (_openedAt == 0)
        {
            _streamId = id != 0 ? id : SqliteJournalSql.AddStream(session, stream);
            return true;
        }

        if (id == 0 || !SqliteJournalSql.HasVersion(session, id, _openedAt)) return false;
        _streamId = id;
        return true;
    }

    private sealed class PendingAppend(SqliteStreamAppender chain, long version, ReadOnlyMemory<byte> payload)
        : TaskCompletionSource<AppendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously), IWriteOperation
    {
        private long _sequence;

        public int Bytes => payload.Length;

        public bool Scrubs => false;

        public void Execute(SqliteSession session) => _sequence = chain.Write(session, version, payload.Span);

        public void Complete()
        {
            if (_sequence != 0)
            {
                chain.OnCommitted(_sequence);
                SetResult(AppendOutcome.Committed(new LanePosition(chain._lane, 0, _sequence)));
            }
            else if (chain._break == Break.Failed)
            {
                SetException(Broken());
            }
            else
            {
                SetResult(AppendOutcome.FenceLost);
            }
        }

        public void Fail(Exception cause)
        {
            chain._break = Break.Failed;
            SetException(cause);
        }
    }

    private void OnCommitted(long sequence) => state.Committed(_lane, sequence);
}
