using Engine.Internal.V1;

namespace Engine.Grains.Sla.Explaining;

/// <summary>A conversation as the journal recorded it.</summary>
/// <param name="Passed">What happened in it, for <see cref="SlaRehearsal"/>: nothing of it depends on a policy.</param>
/// <param name="Events">What was recorded of its promises, in order, for <see cref="SlaExplainer"/>.</param>
public sealed record ConversationHistory(SlaHistory Passed, IReadOnlyList<SlaEvent> Events);
