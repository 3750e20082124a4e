namespace Engine.LoadTests.Chaos.Reminders;

/// <summary>What <c>chaos reminders</c> does.</summary>
internal sealed record RemindersOptions
{
    public int Count { get; init; } = 10_000;

    public int Silos { get; init; } = 3;

    public string? JsonPath { get; init; }

    public string? EngineAssembly { get; init; }

    public string? DataParent { get; init; }

    public bool KeepsLogs { get; init; }
}
