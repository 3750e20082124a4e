using Engine.Internal.V1;
using Engine.V1;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Agents;

/// <summary>
/// An agent as a pure state machine: profile, presence, reservations, and the inbox, which follows the conversations' own
/// journal.
/// </summary>
/// <remarks>
/// <para>
/// Nobody may hold more work than they have units for, whatever races: several queues look for somebody at once, customers
/// write again, people assign by hand. Queues cannot see to that, since each knows of the others' doings only later; nor can
/// the conversations, which know nothing of each other. So the agent alone decides it, one command after the other. Queues
/// reserve units here before they assign; a reservation that nobody settles is over by its own time, so a queue that dies
/// strands nothing. When the conversation then stands in the inbox its reservation becomes the entry's units. An entry that
/// needs more than it has (the customer wrote again) or has no reservation any more (its news came too late) is admitted
/// only if there is room; otherwise it holds nothing, and is told to wait in its queue again. What people do on purpose
/// (outside of queues, or regardless of room) always counts.
/// </para>
/// <para>
/// Each entry carries its conversation's version, so that news arriving late or twice changes nothing.
/// </para>
/// </remarks>
public static partial class AgentCore
{
    private const int CapacityUsual = 100;

    public static Decision<AgentChange> Create(AgentState state, Agent given, Author author)
    {
        if (state.Exists) return Rejections.Of(RejectionKind.Exists, "AGENT_EXISTS", "There is an agent of this id.");
        var profile = Clean(given);
        if (profile.CapacityUnits == 0) profile.CapacityUnits = CapacityUsual;
        return new AgentChange(author, [new AgentEvent { ProfileChanged = new ProfileChanged { Created = true } }], profile);
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
                case "queues":
                    profile.Queues.Clear();
                    profile.Queues.AddRange(clean.Queues);
                    break;
                case "channels":
                    profile.Channels.Clear();
                    profile.Channels.AddRange(clean.Channels);
                    break;
                default: return Rejections.Invalid("update_mask", "UNKNOWN_PATH", "The mask names something that cannot be changed.");
            }
        }

        return new AgentChange(author, [new AgentEvent { ProfileChanged = new ProfileChanged() }], profile);
    }

    /// <summary>Somebody says whether the agent is there.</summary>
    /// <param name="hasStream">The agent's stream lasts just now: ONLINE then ends with it.</param>
    public static Decision<AgentChange> SetPresence(AgentState state, Presence presence, bool hasStream, Author author) => state.Exists
        ? new AgentChange(author, [PresenceEvent(presence, hasStream && presence == Presence.Online)])
        : Rejections.AgentNotFound();

    /// <summary>The agent's stream lasts.</summary>
    /// <param name="begins">It has just begun: ONLINE, whatever was said before. Otherwise only what its interruption did is undone.</param>
    public static Decision<AgentChange> KeepOnline(AgentState state, bool begins)
    {
        if (!state.Exists) return Rejections.AgentNotFound();
        var isDue = begins
            ? state.Presence != Presence.Online || !state.PresenceByStream
            : state.Presence == Presence.Away && state.PresenceByStream;
        return isDue ? AgentChange.BySystem([PresenceEvent(Presence.Online, byStream: true)]) : NoNews();
    }

    /// <summary>The agent's stream has been gone for too long.</summary>
    public static Decision<AgentChange> LoseStream(AgentState state) =>
        state is { Exists: true, Presence: Presence.Online, PresenceByStream: true }
            ? AgentChange.BySystem([PresenceEvent(Presence.Away, byStream: true)])
            : NoNews();

    /// <summary>Nothing is to be committed.</summary>
    internal static Rejection NoNews() => Rejections.Of(RejectionKind.Precondition, "NO_NEWS", "All of it is known.");

    private static AgentEvent PresenceEvent(Presence presence, bool byStream) =>
        new() { PresenceChanged = new PresenceChanged { Presence = presence, ByStream = byStream } };

    private static Agent Clean(Agent given)
    {
        var profile = new Agent { DisplayName = given.DisplayName, CapacityUnits = given.CapacityUnits };
        profile.Skills.AddRange(given.Skills);
        profile.Languages.AddRange(given.Languages.Distinct());
        profile.Queues.AddRange(given.Queues.Distinct());
        profile.Channels.AddRange(given.Channels.Distinct());
        return profile;
    }
}
