namespace Engine.LoadTests.Deadlines;

/// <summary>A notice of a deadline, as it was seen.</summary>
/// <param name="Conversation">conversations/{conversation}.</param>
/// <param name="EffectiveTime">The computed instant.</param>
/// <param name="CommitTime">When it was committed.</param>
/// <param name="SeenTime">When a client saw it.</param>
internal sealed record ToldDeadline(string Conversation, DateTimeOffset EffectiveTime, DateTimeOffset CommitTime, DateTimeOffset SeenTime);
