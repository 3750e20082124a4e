using Engine.LoadTests.Dialogues;

namespace Engine.LoadTests.Replay;

/// <summary>What became of a dialogue.</summary>
/// <param name="Conversation">conversations/{conversation}; null when not even the first turn was accepted.</param>
/// <param name="Customer">customers/{customer}; null likewise.</param>
/// <param name="Sent">Its turns as far as they were sent.</param>
/// <param name="Complete">Whether all calls succeeded.</param>
/// <param name="Strays">Turns that the engine put into another conversation than the first.</param>
internal sealed record PlayedDialogue(
    Dialogue Dialogue, string? Conversation, string? Customer, IReadOnlyList<SentTurn> Sent, bool Complete, int Strays);
