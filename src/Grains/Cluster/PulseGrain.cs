namespace Engine.Grains.Cluster;

/// <summary>See <see cref="IPulseGrain"/>.</summary>
[GrainType("pulse")]
internal sealed class PulseGrain : Grain, IPulseGrain
{
    public Task PulseAsync() => Task.CompletedTask;
}
