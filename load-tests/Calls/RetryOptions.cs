namespace Engine.LoadTests.Calls;

/// <summary>How long a caller insists.</summary>
internal sealed record RetryOptions
{
    /// <summary>For one attempt; then the outcome is unknown and the same request is sent again.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For a call with all its attempts.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Before the second attempt; doubles with each, unless the engine says how long.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause.</summary>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromSeconds(2);
}
