namespace Engine.LoadTests.Shift.Observing;

/// <summary>What a customer was told of when to expect an answer.</summary>
/// <param name="Conversation">conversations/{conversation}.</param>
/// <param name="Version">Of the message that was answered with it.</param>
/// <param name="Likely">Null: no time was told.</param>
/// <param name="Latest">Null: no time was told.</param>
internal sealed record ToldExpectation(string Conversation, long Version, DateTimeOffset? Likely, DateTimeOffset? Latest);
