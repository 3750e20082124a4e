namespace Engine.Grains.Journal;

/// <summary>
/// One activation's chain of appends to its stream. Several may be under way; they commit in the order of the calls. Once
/// one fails or loses the fence, all later ones of the chain fail too, so version n+1 never commits where n did not.
/// </summary>
/// <remarks>Not thread-safe: called from the activation's turns only.</remarks>
public interface IStreamAppender
{
    /// <summary>The version that the last append of this chain has, or will have.</summary>
    long Version { get; }

    /// <summary>Appends the next version. Completes when it is durable, or refused.</summary>
    /// <param name="payload">The commit, at most 4 MiB. Not changed by the caller afterwards.</param>
    /// <exception cref="JournalUnavailableException">The store failed; whether the row is there is unknown. The chain is broken.</exception>
    Task<AppendOutcome> AppendAsync(ReadOnlyMemory<byte> payload);
}
