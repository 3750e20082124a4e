namespace Engine.Grains.Cluster;

/// <summary>The keys of the actors that are asked for a sign of life.</summary>
public static class PulseKeys
{
    /// <summary>Enough that each of a handful of silos has some.</summary>
    public const int Count = 64;
}
