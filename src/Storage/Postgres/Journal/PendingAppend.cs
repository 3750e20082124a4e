using Engine.Grains.Journal;

namespace Engine.Storage.Postgres.Journal;

/// <summary>One append that waits, with the caller who waits for it.</summary>
internal sealed class PendingAppend(PostgresStreamAppender chain, long version, ReadOnlyMemory<byte> payload)
    : TaskCompletionSource<AppendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public PostgresStreamAppender Chain { get; } = chain;

    public long Version { get; } = version;

    public ReadOnlyMemory<byte> Payload { get; } = payload;

    /// <summary>Since when it waits.</summary>
    public long QueuedAt { get; } = TimeProvider.System.GetTimestamp();

    /// <summary>Its place in the transaction, from 1; the writer's.</summary>
    public int Place { get; set; }
}
