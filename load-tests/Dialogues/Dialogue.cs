namespace Engine.LoadTests.Dialogues;

/// <summary>One customer's dialogue with the shop, to be played as one conversation.</summary>
/// <param name="Id">From the file, for messages to the user.</param>
/// <param name="Channel">The channel it is held on.</param>
/// <param name="DisplayName">The customer's name, or empty.</param>
/// <param name="Language">BCP 47 tag, or empty.</param>
/// <param name="Subject">The conversation's subject, or empty.</param>
/// <param name="Turns">At least one.</param>
/// <param name="Ends">How the agent leaves it.</param>
internal sealed record Dialogue(
    string Id,
    string Channel,
    string DisplayName,
    string Language,
    string Subject,
    IReadOnlyList<Turn> Turns,
    Ending Ends = Ending.Resolved);
