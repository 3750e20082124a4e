using Engine.V1;

namespace Engine.Grains.Routing.Matching;

/// <summary>What to explain.</summary>
/// <param name="Entry">The conversation.</param>
/// <param name="Chosen">Null: nobody yet.</param>
/// <param name="Prefers">It is for the preferred agent alone.</param>
internal readonly record struct LosersQuestion(
    WaitingEntry Entry, Profile Profile, int Units, BoardAgent? Chosen, RoutingRule Rule, bool Prefers, Refusals? Refusals);
