using Orleans.Concurrency;

namespace Engine.Runtime.Orleans.Tests.Activation;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<int> ActivationNumber();

    Task Throw();

    Task DeactivateNow();

    Task DeactivateAndWait(string gate);

    Task Delay(TimeSpan span);

    [AlwaysInterleave]
    Task<string> Peek();

    [ReadOnly]
    Task<bool> ReadUntilCancelled(CancellationToken token);

    [AlwaysInterleave]
    Task EndFromBeside();
}
