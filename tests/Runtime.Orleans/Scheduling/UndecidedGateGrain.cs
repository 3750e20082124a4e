using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Engine.Runtime.Orleans.Tests.Scheduling;

/// <summary>Its predicate cannot judge every call.</summary>
[MayInterleave(nameof(Decide))]
public sealed class UndecidedGateGrain : GateGrainBase
{
    public static bool Decide(IInvokable call) => call.GetArgumentCount() == 0 ? true
        : call.GetArgument(0) is "beyond judging" ? throw new ArgumentException("This call is beyond judging.")
        : false;
}
