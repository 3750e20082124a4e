using System.Collections.Immutable;
using Engine.Grains.Ids;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Agents;

/// <summary>An agent between two commits. Immutable; its messages are never changed either.</summary>
public sealed record AgentState
{
    /// <summary>Before the first commit.</summary>
    public static AgentState None { get; } = new();

    /// <summary>0: the agent does not exist.</summary>
    public long Version { get; init; }

    /// <summary>Name, skills, languages and capacity; the rest is the state's.</summary>
    public Agent Profile { get; init; } = new();

    public long ProfileVersion { get; init; }

    public Presence Presence { get; init; } = Presence.Offline;

    public Timestamp? PresenceTime { get; init; }

    public Timestamp? CreateTime { get; init; }

    public Timestamp? UpdateTime { get; init; }

    /// <summary>By the conversation's name.</summary>
    public ImmutableDictionary<string, InboxEntry> Inbox { get; init; } = ImmutableDictionary<string, InboxEntry>.Empty;

    public bool Exists => Version > 0;

    public string Etag => $"v{ProfileVersion}";

    /// <summary>The agent as the API shows it.</summary>
    public Agent ToPublic(string id)
    {
        var agent = Profile.Clone();
        agent.Name = AgentId.Of(id).Name;
        agent.Presence = Presence;
        agent.PresenceTime = PresenceTime;
        agent.InboxCount = Inbox.Count;
        agent.CreateTime = CreateTime;
        agent.UpdateTime = UpdateTime;
        agent.Version = Version;
        agent.Etag = Etag;
        return agent;
    }
}
