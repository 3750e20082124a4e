namespace Engine.LoadTests.Dialogues;

/// <summary>Who says a turn.</summary>
internal enum Speaker
{
    Customer,
    Agent,

    /// <summary>A program of the shop.</summary>
    Bot,

    /// <summary>An agent's internal note, which the customer never sees.</summary>
    Note,
}
