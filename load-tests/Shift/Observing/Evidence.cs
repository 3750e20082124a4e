using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>Everything that was seen and said during a run, and what was agreed before it.</summary>
internal sealed record Evidence
{
    public required ShopRules Rules { get; init; }

    /// <summary>All events, in any order; an event may come several times.</summary>
    public required IReadOnlyCollection<Event> Events { get; init; }

    /// <summary>When the observation ended, by the engine's clock: nobody was sent home yet.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Engine time for each second of real time.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>How far the silos' clocks may differ, in engine time.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>
    /// How long, in real time, work may wait beside somebody with room, at least. With faults: as long as a cluster takes to find out
    /// that a silo is dead and to take up its work.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long, in real time, the way from a conversation's commit to its agent and back may take.</summary>
    public TimeSpan InFlight { get; init; } = TimeSpan.FromSeconds(5);

    public IReadOnlyDictionary<string, Wishes> Wishes { get; init; } = new Dictionary<string, Wishes>();

    public IReadOnlySet<(string Conversation, string Agent)> Declined { get; init; } = new HashSet<(string, string)>();

    public IReadOnlyCollection<SentMessage> Sent { get; init; } = [];

    public IReadOnlyCollection<ToldExpectation> Expectations { get; init; } = [];

    /// <summary>Texts of all messages and notes that ListMessages told in the end; null: not read back.</summary>
    public IReadOnlyCollection<(string Conversation, string Text)>? ReadBack { get; init; }
}
