using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Engine.Runtime.Orleans.Tests.Model;

public sealed class PlainModelGrain : ModelGrainBase;

[Reentrant]
public sealed class ReentrantModelGrain : ModelGrainBase;

[MayInterleave(nameof(Decide))]
public sealed class DecidingModelGrain : ModelGrainBase
{
    public static bool Decide(IInvokable call) => call.GetMethodName() == nameof(IModelGrain.Write) && (int)call.GetArgument(1)! % 2 == 0;
}
