using Engine.Internal.V1;

namespace Engine.Grains.Expectations;

/// <summary>What becomes of a promise.</summary>
/// <param name="Promise">After it; null: none.</param>
/// <param name="Event">What happened, for the journal; null: nothing.</param>
public sealed record PromiseDecision(Promise? Promise, ExpectationEvent? Event);
