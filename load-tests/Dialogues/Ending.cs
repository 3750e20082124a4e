namespace Engine.LoadTests.Dialogues;

/// <summary>How a dialogue's agent leaves the conversation.</summary>
internal enum Ending
{
    Resolved,

    /// <summary>Left as the last turn left it.</summary>
    Pending,

    /// <summary>Set aside until the next day.</summary>
    Snoozed,
}
