using System.Collections.Immutable;
using Engine.Grains.Ids;
using Engine.Internal.V1;
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

    /// <summary>Name, skills, languages, capacity, queues and channels; the rest is the state's.</summary>
    public Agent Profile { get; init; } = new();

    public long ProfileVersion { get; init; }

    public Presence Presence { get; init; } = Presence.Offline;

    public Timestamp? PresenceTime { get; init; }

    /// <summary>See <see cref="PresenceChanged.ByStream"/>.</summary>
    public bool PresenceByStream { get; init; }

    /// <summary>Since when the agent has been AWAY or OFFLINE; null: is there, or was never seen.</summary>
    public Timestamp? AbsentTime { get; init; }

    public Timestamp? CreateTime { get; init; }

    public Timestamp? UpdateTime { get; init; }

    /// <summary>By the conversation's name.</summary>
    public ImmutableDictionary<string, InboxEntry> Inbox { get; init; } = ImmutableDictionary<string, InboxEntry>.Empty;

    /// <summary>Units held by <see cref="Inbox"/>.</summary>
    public int InboxUnits { get; init; }

    /// <summary>Reservations whose end is not committed, by id; some may be over by time.</summary>
    public ImmutableDictionary<string, Reservation> Reservations { get; init; } = ImmutableDictionary<string, Reservation>.Empty;

    /// <summary>The last offers that are over, oldest first.</summary>
    public ImmutableArray<ReservationEnded> EndedOffers { get; init; } = [];

    public Timestamp? LastAssignTime { get; init; }

    /// <summary>Conversations got from queues, those given by hand not counted.</summary>
    public long AssignedCount { get; init; }

    /// <summary>How long the agent was ONLINE in all, until <see cref="PresenceTime"/>.</summary>
    public TimeSpan Online { get; init; }

    /// <summary>What queues were last told.</summary>
    public AgentRouting? Routing { get; init; }

    public bool Exists => Version > 0;

    public string Etag => $"v{ProfileVersion}";

    /// <summary>Units that nobody else may have at an instant: held by the inbox, or reserved and not expired.</summary>
    public int HeldUnits(DateTimeOffset now)
    {
        var held = InboxUnits;
        foreach (var reservation in Reservations.Values)
        {
            if (IsLive(reservation, now)) held += reservation.Units;
        }

        return held;
    }

    /// <summary>Whether a reservation still keeps its units at an instant.</summary>
    public static bool IsLive(Reservation reservation, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        return reservation.ExpireTime is null || reservation.ExpireTime.ToDateTimeOffset() > now;
    }

    /// <summary>Whether the agent may still accept or decline it.</summary>
    public static bool IsOpenOffer(Reservation reservation, DateTimeOffset now) =>
        IsLive(reservation, now) && reservation.Offer is not null && !reservation.Accepted;

    /// <summary>An OPEN conversation of a queue that was told to wait again, and has not left yet.</summary>
    public static bool IsReturned(InboxEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Units == 0 && entry.Queue.Length > 0 && entry.Status == ConversationStatus.Open;
    }

    /// <summary>The agent as the API shows it, without units held.</summary>
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

    /// <summary>The agent as the API shows it at an instant.</summary>
    public Agent ToPublic(string id, DateTimeOffset now)
    {
        var agent = ToPublic(id);
        agent.LoadUnits = HeldUnits(now);
        return agent;
    }
}
