using Orleans.Concurrency;

namespace Engine.Grains.Cluster;

/// <summary>
/// Answers, and does nothing else: whether calls come through is known only by calling. Keys 0 to
/// <see cref="PulseKeys.Count"/> - 1, spread over the silos as all actors are.
/// </summary>
public interface IPulseGrain : IGrainWithIntegerKey
{
    [AlwaysInterleave]
    [ResponseTimeout("00:00:02")]
    Task PulseAsync();
}
