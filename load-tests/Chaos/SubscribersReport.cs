namespace Engine.LoadTests.Chaos;

/// <summary>What watchers of events and of conversations got.</summary>
internal sealed record SubscribersReport
{
    public required int Subscribers { get; init; }

    public required long Events { get; init; }

    public required int Reconnects { get; init; }

    /// <summary>Versions left out while watching.</summary>
    public required long Skipped { get; init; }

    public required long OutOfOrder { get; init; }

    /// <summary>Commits that are there and had not come half a minute after everything was quiet.</summary>
    public required long Missing { get; init; }

    /// <summary>Conversations that no list shows.</summary>
    public required long MissingInLists { get; init; }
}
