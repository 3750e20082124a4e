using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Tests.Agents.Support;

/// <summary>What an agent is told of a conversation.</summary>
internal sealed record LifeNews(InboxEntry? Entry, InboxClaim? Claim, InboxRemoval? Removal, IReadOnlyList<string> Spent);
