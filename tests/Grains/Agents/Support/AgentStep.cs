namespace Engine.Grains.Tests.Agents.Support;

/// <summary>One command that changed an agent.</summary>
/// <param name="HeldBefore">Units held at its instant, without it.</param>
/// <param name="IsPeoplesDecision">It counts whether or not there is room.</param>
internal sealed record AgentStep(string Command, int HeldBefore, int HeldAfter, int CapacityAfter, bool IsPeoplesDecision);
