using Engine.V1;

namespace Engine.LoadTests.Replay;

/// <summary>A turn that was sent, as it must be found when read back.</summary>
/// <param name="MessageName">
/// The name the engine acknowledged it with; null when no answer came in time: it may be there once, or not at all.
/// </param>
internal sealed record SentTurn(string? MessageName, MessageKind Kind, Author Author, Content Content);
