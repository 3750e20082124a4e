using Engine.LoadTests.Chaos.History;

namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>Who does what next: drawn from a seed.</summary>
internal sealed class Arrivals
{
    /// <summary>In hundredths. Messages and notes are 83.</summary>
    private static readonly (OperationKind Kind, int Share)[] Shares =
    [
        (OperationKind.CustomerMessage, 42), (OperationKind.AgentMessage, 33), (OperationKind.Note, 8),
        (OperationKind.Assign, 2), (OperationKind.Resolve, 1), (OperationKind.Get, 9), (OperationKind.List, 5),
    ];

    private const int AheadSecondsMax = 25;

    private readonly Random _random;
    private readonly int _conversations;

    public Arrivals(int seed, int conversations)
    {
        _random = new Random(seed);
        _conversations = conversations;
    }

    /// <summary>How many arrivals bring how many messages and notes.</summary>
    public static double MessageShare => Shares.Where(s => s.Kind <= OperationKind.Note).Sum(s => s.Share) / 100.0;

    public (OperationKind Kind, int Slot) Next()
    {
        var drawn = _random.Next(100);
        var slot = _random.Next(_conversations);
        foreach (var (kind, share) in Shares)
        {
            if (drawn < share) return (kind, slot);
            drawn -= share;
        }

        throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>What happens to a conversation that is then left alone: mostly set aside, now and then declared done.</summary>
    public (OperationKind Kind, TimeSpan Ahead) NextDeadline() =>
        (_random.Next(10) == 0 ? OperationKind.Resolve : OperationKind.Snooze, TimeSpan.FromSeconds(5 + _random.NextDouble() * AheadSecondsMax));
}
