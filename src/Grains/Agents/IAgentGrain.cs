using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Agents;

/// <summary>One agent; key <c>workspace/agent</c>. Owns profile, presence and inbox. Calls no other grain.</summary>
public interface IAgentGrain : IGrainWithStringKey
{
    Task<AgentReply> CreateAsync([Immutable] CreateAgentRequest request, [Immutable] Caller caller);

    Task<AgentReply> GetAsync();

    Task<AgentReply> UpdateAsync([Immutable] UpdateAgentRequest request, [Immutable] Caller caller);

    Task<AgentReply> SetPresenceAsync([Immutable] SetPresenceRequest request, [Immutable] Caller caller);

    /// <summary>Applies what the journal says of conversations; each entry only when newer than what is known. Idempotent.</summary>
    Task<EmptyReply> ApplyInboxAsync([Immutable] InboxChanged changes);

    /// <summary>The inbox, or what changed in it after a version; waits when nothing did.</summary>
    Task<InboxReply> ReadInboxAsync([Immutable] ReadInboxRequest request, CancellationToken cancellationToken = default);
}
