namespace Engine.RoutingBench;

/// <param name="Matches">Made.</param>
/// <param name="Time">That it took.</param>
internal readonly record struct Round(int Matches, TimeSpan Time, long AllocatedBytes)
{
    public double PerSecond => Matches / Time.TotalSeconds;
}
