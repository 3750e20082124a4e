namespace Engine.LoadTests.Chaos.History;

/// <summary>A message in a list.</summary>
/// <param name="Version">Of the commit that added it.</param>
/// <param name="Number">Of the operation that wrote it.</param>
internal readonly record struct ReadMessage(long Version, long Number);
