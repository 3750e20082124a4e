using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Routing.Matching;

/// <summary>A conversation and the agent it is for. The board already holds the agent's units for it.</summary>
/// <param name="Conversation">As it was put on the board.</param>
/// <param name="Agent">The agent's id.</param>
/// <param name="Reservation">The id that was given for it.</param>
/// <param name="Units">What it asks for.</param>
/// <param name="Rule">By which rule the agent was chosen.</param>
/// <param name="Decision">Why; null when the board was told not to explain.</param>
public sealed record Match(
    WaitingConversation Conversation, string Agent, string Reservation, int Units, RoutingRule Rule, RoutingDecision? Decision);
