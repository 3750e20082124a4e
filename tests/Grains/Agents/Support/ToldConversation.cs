using Engine.V1;

namespace Engine.Grains.Tests.Agents.Support;

/// <summary>The newest that an agent was told of a conversation.</summary>
internal sealed record ToldConversation(long Version, bool IsIn, ConversationStatus Status);
