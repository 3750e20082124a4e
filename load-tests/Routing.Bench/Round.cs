namespace Engine.RoutingBench;

/// <param name="Matches">Made.</param>
/// <param name="Time">That it took by the clock.</param>
/// <param name="Cpu">That this process used, its garbage collector included: what it would take on a machine that is not shared.</param>
internal readonly record struct Round(int Matches, TimeSpan Time, TimeSpan Cpu, long AllocatedBytes)
{
    public double PerSecond => Matches / Time.TotalSeconds;

    public double PerCpuSecond => Matches / Cpu.TotalSeconds;
}
