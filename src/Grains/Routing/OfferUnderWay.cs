using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Routing;

/// <summary>An offer that an agent has not answered yet.</summary>
internal sealed class OfferUnderWay(string reservation, string conversation, string agent, DateTimeOffset expireTime)
{
    public string Reservation => reservation;

    public string Conversation => conversation;

    public string Agent => agent;

    public DateTimeOffset ExpireTime => expireTime;

    public RoutingDecision? Decision { get; init; }

    public Timestamp? WaitBegin { get; init; }

    public RoutingRule Rule { get; init; }

    /// <summary>The agent's answer is being dealt with: time does not end it any more.</summary>
    public bool IsAnswered { get; set; }
}
