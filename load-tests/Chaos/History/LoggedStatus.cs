using Engine.V1;

namespace Engine.LoadTests.Chaos.History;

/// <summary>A change of status, as the journal tells it.</summary>
internal sealed record LoggedStatus(
    ConversationStatus From, ConversationStatus To, DateTimeOffset EffectiveTime, DateTimeOffset? UntilTime);
