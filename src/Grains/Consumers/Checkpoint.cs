using Engine.Grains.Journal;

namespace Engine.Grains.Consumers;

/// <summary>How far a consumer has handled its lanes, and in whose name.</summary>
/// <param name="Epoch">
/// Counts the owners of these lanes: each takes the next number, and only the newest may move the position. An activation
/// may exist twice for a moment; this is what makes one of them stop.
/// </param>
/// <param name="Position">Says nothing of other lanes.</param>
public sealed record Checkpoint(LaneSet Lanes, long Epoch, JournalPosition Position);
