using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>Who waits now, and who is there.</summary>
/// <param name="Ahead">Conversations that are answered before this one.</param>
/// <param name="Agents">Agents who answer in this queue now, in full-time shares; 0: nobody is there.</param>
/// <param name="TimePerAnswer">How long one agent lately takes from one answer to the next while there is work.</param>
public sealed record LiveLoad(int Ahead, double Agents, Duration TimePerAnswer)
{
    /// <summary>Whether it foretells anything.</summary>
    public bool IsKnown => Ahead >= 0 && Agents > 0 && TimePerAnswer > Duration.Zero;
}
