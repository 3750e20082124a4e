using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Agents;

/// <summary>
/// An agent as a pure state machine: profile, presence, and the inbox, which follows the conversations' own journal. Each
/// entry carries its conversation's version, so that news arriving late or twice changes nothing.
/// </summary>
public static class AgentCore
{
    private const int CapacityUsual = 100;

    public static Decision<AgentChange> Create(AgentState state, Agent given, Author author)
    {
        if (state.Exists) return Rejections.Of(RejectionKind.Exists, "AGENT_EXISTS", "There is an agent of this id.");
        var profile = Clean(given);
        if (profile.CapacityUnits == 0) profile.CapacityUnits = CapacityUsual;
        return new AgentChange(author, new AgentEvent { ProfileChanged = new ProfileChanged { Created = true } }, profile);
    }

    public static Decision<AgentChange> Update(AgentState state, UpdateAgentRequest request, Author author)
    {
        if (!state.Exists) return Rejections.AgentNotFound();
        var given = request.Agent;
        if (given.Etag.Length > 0 && given.Etag != state.Etag) return Rejections.EtagMismatch(state.Etag);
        var profile = state.Profile.Clone();
        var clean = Clean(given);
        foreach (var path in request.UpdateMask.Paths)
        {
            switch (path)
            {
                case "display_name": profile.DisplayName = clean.DisplayName; break;
                case "capacity_units": profile.CapacityUnits = clean.CapacityUnits; break;
                case "skills":
                    profile.Skills.Clear();
                    profile.Skills.AddRange(clean.Skills);
                    break;
                case "languages":
                    profile.Languages.Clear();
                    profile.Languages.AddRange(clean.Languages);
                    break;
                default: return Rejections.Invalid("update_mask", "UNKNOWN_PATH", "The mask names something that cannot be changed.");
            }
        }

        return new AgentChange(author, new AgentEvent { ProfileChanged = new ProfileChanged() }, profile);
    }

    public static Decision<AgentChange> SetPresence(AgentState state, Presence presence, Author author) => state.Exists
        ? new AgentChange(author, new AgentEvent { PresenceChanged = new PresenceChanged { Presence = presence } })
        : Rejections.AgentNotFound();

    /// <summary>Takes what is newer than what the inbox knows.</summary>
    public static Decision<AgentChange> ApplyInbox(AgentState state, InboxChanged changes)
    {
        if (!state.Exists) return Rejections.AgentNotFound();
        var news = new InboxChanged();
        foreach (var entry in changes.Entries)
        {
            if (!state.Inbox.TryGetValue(entry.Conversation, out var known) || known.ConversationVersion < entry.ConversationVersion)
                news.Entries.Add(entry);
        }

        foreach (var removal in changes.Removed)
        {
            if (state.Inbox.TryGetValue(removal.Conversation, out var known) && known.ConversationVersion < removal.ConversationVersion)
                news.Removed.Add(removal);
        }

        return news.Entries.Count + news.Removed.Count == 0
            ? Rejections.Of(RejectionKind.Precondition, "NO_NEWS", "All of it is known.")
            : new AgentChange(new Author { Type = AuthorType.System }, new AgentEvent { InboxChanged = news });
    }

    /// <summary>State after one commit.</summary>
    /// <param name="profile">The profile after it, when it changed and can be opened.</param>
    public static AgentState Apply(AgentState state, long version, Timestamp time, AgentEvent e, Agent? profile)
    {
        state = state with { Version = version, CreateTime = state.CreateTime ?? time };
        switch (e.EventCase)
        {
            case AgentEvent.EventOneofCase.ProfileChanged:
                return state with
                {
                    Profile = profile ?? state.Profile,
                    ProfileVersion = version,
                    UpdateTime = time,
                    PresenceTime = state.PresenceTime ?? time,
                };
            case AgentEvent.EventOneofCase.PresenceChanged:
                return state with { Presence = e.PresenceChanged.Presence, PresenceTime = time };
            case AgentEvent.EventOneofCase.InboxChanged:
                var inbox = state.Inbox.ToBuilder();
                foreach (var entry in e.InboxChanged.Entries) inbox[entry.Conversation] = entry;
                foreach (var removal in e.InboxChanged.Removed) inbox.Remove(removal.Conversation);
                return state with { Inbox = inbox.ToImmutable() };
            default:
                return state;
        }
    }

    private static Agent Clean(Agent given)
    {
        var profile = new Agent { DisplayName = given.DisplayName, CapacityUnits = given.CapacityUnits };
        profile.Skills.AddRange(given.Skills);
        profile.Languages.AddRange(given.Languages.Distinct());
        return profile;
    }
}
