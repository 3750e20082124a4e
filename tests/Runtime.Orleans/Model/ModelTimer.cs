using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Model;

/// <summary>A timer that a call registered.</summary>
internal sealed class ModelTimer(ModelActivation owner)
{
    public volatile int Ticks;
    public volatile bool IsStopped;

    public ModelActivation Owner => owner;

    public IGrainTimer? Timer { get; set; }
}
