using Engine.LoadTests.Bench;

namespace Engine.LoadTests.Growth;

/// <summary>Conversations of one length in one store.</summary>
/// <param name="Name">As in the report.</param>
/// <param name="Load">The store's engine.</param>
/// <param name="RoundSets">
/// The conversations of each round. Long ones are the same in all rounds; short ones fresh, or they would not stay short.
/// </param>
internal sealed record GrowthSubject(string Name, MessageLoad Load, IReadOnlyList<IReadOnlyList<string>> RoundSets);
