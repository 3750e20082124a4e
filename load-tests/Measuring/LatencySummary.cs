namespace Engine.LoadTests.Measuring;

/// <summary>What most calls took, and the slow ones; null when nothing was measured.</summary>
internal sealed record LatencySummary(double? P50Ms, double? P99Ms, double? MaxMs);
