namespace Engine.LoadTests.Chaos.History;

/// <summary>What a caller asked for.</summary>
internal enum OperationKind
{
    /// <summary>A customer's message through a channel.</summary>
    CustomerMessage,

    /// <summary>An agent's answer.</summary>
    AgentMessage,

    /// <summary>An agent's note.</summary>
    Note,

    /// <summary>Assignment to an agent.</summary>
    Assign,

    /// <summary>Setting aside until an instant.</summary>
    Snooze,

    /// <summary>Declaring done.</summary>
    Resolve,

    /// <summary>Reading the conversation.</summary>
    Get,

    /// <summary>Reading its newest messages.</summary>
    List,
}
