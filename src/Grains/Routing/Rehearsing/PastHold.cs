using Engine.V1;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>A stretch of time for which an agent held a conversation in one way.</summary>
/// <param name="Lasted">How long; the last one of a conversation that is still held lasts <see cref="TimeSpan.MaxValue"/>.</param>
public readonly record struct PastHold(TimeSpan Lasted, ConversationStatus Status, ConversationMode Mode);
