namespace Engine.LoadTests.Chaos.History;

/// <summary>What the caller knows in the end.</summary>
internal enum OperationOutcome
{
    /// <summary>No answer within the time for all attempts: it was done once or not at all.</summary>
    Unknown,

    /// <summary>Done, or read.</summary>
    Acknowledged,

    /// <summary>The engine said no: it was not done.</summary>
    Refused,
}
