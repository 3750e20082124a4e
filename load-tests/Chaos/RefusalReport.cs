namespace Engine.LoadTests.Chaos;

/// <summary>What the engine refused, and how often.</summary>
internal sealed record RefusalReport(string Reason, long Count);
