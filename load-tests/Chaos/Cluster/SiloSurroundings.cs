namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>What is different for one silo.</summary>
/// <param name="Prefix">Words before its command.</param>
/// <param name="Environment">Variables of its own.</param>
internal sealed record SiloSurroundings(IReadOnlyList<string> Prefix, IReadOnlyDictionary<string, string> Environment);
