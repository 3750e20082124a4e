namespace Engine.RoutingBench;

/// <summary>What a round takes.</summary>
internal readonly record struct Meter(long Begin, TimeSpan Cpu, long AllocatedBytes)
{
    public static Meter Start()
    {
        // What making the board left behind is not the round's.
        GC.Collect();
        return new Meter(TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
    }

    public Round Stop(int matches) => new(
        matches,
        TimeProvider.System.GetElapsedTime(Begin),
        Environment.CpuUsage.TotalTime - Cpu,
        GC.GetAllocatedBytesForCurrentThread() - AllocatedBytes);
}
