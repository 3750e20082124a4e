namespace Engine.LoadTests.Growth;

/// <summary>What <c>bench growth</c> measures with.</summary>
internal sealed record GrowthOptions
{
    public string? JsonPath { get; init; }

    /// <summary>Messages in the large store.</summary>
    public int StoreMessages { get; init; } = 1_000_000;

    /// <summary>Messages in the small store.</summary>
    public int SmallStoreMessages { get; init; } = 10_000;

    /// <summary>Messages in each conversation of the three lengths.</summary>
    public IReadOnlyList<int> Lengths { get; init; } = [10, 1_000, 20_000];

    /// <summary>Conversations of each length, all written to at once.</summary>
    public int Width { get; init; } = 16;

    /// <summary>Messages appended to each conversation in a round.</summary>
    public int Appends { get; init; } = 25;

    /// <summary>Measured rounds; one more before them warms up.</summary>
    public int Rounds { get; init; } = 12;

    /// <summary>Calls in flight while filling.</summary>
    public int FillConcurrency { get; init; } = 256;

    public string? EngineAssembly { get; init; }

    public string? DataParent { get; init; }

    public bool KeepsFiles { get; init; }

    /// <summary>Messages that the conversations to be measured hold in the large store.</summary>
    public int MeasuredMessages => Lengths.Skip(1).Sum() * Width + Lengths[0] * Width * (Rounds + 1);
}
