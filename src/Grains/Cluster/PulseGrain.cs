namespace Engine.Grains.Cluster;

[GrainType("pulse")]
internal sealed class PulseGrain : Grain, IPulseGrain
{
    public Task PulseAsync() => Task.CompletedTask;
}
