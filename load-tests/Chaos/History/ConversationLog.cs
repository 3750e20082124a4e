namespace Engine.LoadTests.Chaos.History;

/// <summary>All commits of a conversation in the order in which the engine tells them.</summary>
internal sealed record ConversationLog(string Name, IReadOnlyList<LoggedCommit> Commits);
