using Engine.Internal.V1;

namespace Engine.Grains.Sla.Clocks;

/// <summary>What a moment, or the passing of time, does to a conversation's promises.</summary>
/// <param name="State">The promises after it.</param>
/// <param name="Events">What happened, in order, for the same commit; applying them to the state before gives the state after.</param>
public sealed record SlaDecision(SlaState State, IReadOnlyList<SlaEvent> Events);
