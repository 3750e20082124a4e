namespace Engine.LoadTests.Chaos.Faults;

/// <summary>What happens when: drawn from a seed, so that the same seed plans the same faults.</summary>
internal static class FaultSchedule
{
    /// <summary>Where nobody is told otherwise a lease is at most this long.</summary>
    private const int PauseSecondsMin = 12;
    private const int PauseSecondsMax = 25;
    private const int CutSecondsMin = 5;
    private const int CutSecondsMax = 25;
    private const int DowntimeSecondsMin = 2;

    /// <param name="kinds">At least one; each is as likely as any other.</param>
    /// <param name="every">From one to the next; a quarter more or less.</param>
    /// <param name="downtimeMax">Of the database.</param>
    public static IEnumerable<PlannedFault> Draw(
        int seed, IReadOnlyList<FaultKind> kinds, TimeSpan every, TimeSpan downtimeMax)
    {
        ArgumentOutOfRangeException.ThrowIfZero(kinds.Count);
        var random = new Random(seed);
        var at = TimeSpan.Zero;
        for (var number = 1; ; number++)
        {
            at += every * (0.75 + random.NextDouble() / 2);
            var kind = kinds[random.Next(kinds.Count)];
            yield return new PlannedFault(
                number, at, kind, random.NextDouble(), downtimeMax, random.Next(int.MaxValue), random.Next(int.MaxValue));
        }
    }

    /// <summary>How long a fault of a kind lasts; zero for one that takes as long as it takes.</summary>
    public static TimeSpan DurationOf(FaultKind kind, double share, TimeSpan downtimeMax)
    {
        var (min, max) = kind switch
        {
            FaultKind.Pause => (PauseSecondsMin, PauseSecondsMax),
            FaultKind.Partition => (CutSecondsMin, CutSecondsMax),
            FaultKind.Database => (Math.Min(DowntimeSecondsMin, downtimeMax.TotalSeconds), downtimeMax.TotalSeconds),
            _ => (0, 0),
        };
        return TimeSpan.FromSeconds(min + share * (max - min));
    }
}
