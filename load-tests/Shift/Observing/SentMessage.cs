namespace Engine.LoadTests.Shift.Observing;

/// <summary>A message or note that somebody sent.</summary>
/// <param name="Number">Which its text names.</param>
/// <param name="Conversation">Where the engine said it went; null: it did not say.</param>
/// <param name="Acknowledged">False: no answer came, and it may have arrived or not.</param>
internal sealed record SentMessage(long Number, string? Conversation, bool Acknowledged);
