using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Engine.Runtime.Orleans.Tests.Scheduling;

public sealed class GateGrain : GateGrainBase;

[Reentrant]
public sealed class ReentrantGateGrain : GateGrainBase;

[MayInterleave(nameof(Decide))]
public sealed class DecidingGateGrain : GateGrainBase
{
    public static bool Decide(IInvokable call) =>
        call.GetMethodName() == nameof(IGateGrain.Write) && (string)call.GetArgument(0)! == "chosen";
}
