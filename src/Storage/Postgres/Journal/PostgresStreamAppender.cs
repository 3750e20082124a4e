using Engine.Grains.Journal;

namespace Engine.Storage.Postgres.Journal;

/// <summary>
/// One activation's chain. The caller's side counts versions and queues; what became of the chain is known to its writer,
/// where all chains of a lane meet in one order.
/// </summary>
internal sealed class PostgresStreamAppender(JournalWriter writer, StreamName stream, long version, long id) : IStreamAppender
{
    private bool _refused;

    /// <summary>Why nothing more of this chain may be written. The writer's alone, as all below.</summary>
    public enum Break
    {
        None,
        FenceLost,
        Failed,
    }

    public long Version { get; private set; } = version;

    /// <summary>Tells the chains of a process apart.</summary>
    public long Id { get; } = id;

    public string Stream { get; } = stream.ToString();

    public short Lane { get; } = (short)stream.Lane;

    public Break Broken { get; set; }

    /// <summary>
    /// The connection on which this chain last committed. On another one the server may be another, restored to an earlier
    /// moment: then the predecessor's presence is asked for again.
    /// </summary>
    public object? CommittedOn { get; set; }

    public Task<AppendOutcome> AppendAsync(ReadOnlyMemory<byte> payload)
    {
        StorageLimits.CheckBytes(payload.Length, StorageLimits.CommitBytesMax, "A commit");
        if (_refused) return Task.FromException<AppendOutcome>(BrokenEarlier());
        var append = new PendingAppend(this, Version + 1, payload);
        if (!writer.TryEnqueue(append, out var refusal))
        {
            _refused = true;
            return Task.FromException<AppendOutcome>(new JournalUnavailableException(refusal));
        }

        Version++;
        return append.Task;
    }

    public static JournalUnavailableException BrokenEarlier() => new("An earlier append of this chain failed.");
}
