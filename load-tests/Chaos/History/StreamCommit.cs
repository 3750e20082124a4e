namespace Engine.LoadTests.Chaos.History;

/// <summary>A row of the journal: who wrote which version of a stream.</summary>
/// <param name="Owner">Silo and epoch.</param>
internal readonly record struct StreamCommit(string Stream, long Version, string Owner);
