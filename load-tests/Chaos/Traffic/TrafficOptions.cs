namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>How much of what.</summary>
internal sealed record TrafficOptions
{
    /// <summary>Draws who does what.</summary>
    public int Seed { get; init; }

    /// <summary>Messages and notes a second that arrive, whether or not earlier ones were answered.</summary>
    public int MessagesPerSecond { get; init; } = 200;

    /// <summary>Customers that write and are answered all the time.</summary>
    public int Conversations { get; init; } = 1_000;

    /// <summary>Agents that answer.</summary>
    public int Agents { get; init; } = 8;

    /// <summary>Deadlines a second that are set and left alone until they have passed.</summary>
    public double DeadlinesPerSecond { get; init; } = 4;

    /// <summary>For one attempt.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For a call with all its attempts.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromMinutes(5);
}
