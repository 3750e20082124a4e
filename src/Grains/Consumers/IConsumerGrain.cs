using Engine.Internal.V1;
using Orleans.Concurrency;

namespace Engine.Grains.Consumers;

/// <summary>
/// The owner of one group of lanes of one consumer; key <c>consumer/group</c>, for instance <c>views/3</c>. It works while it
/// is active.
/// </summary>
public interface IConsumerGrain : IGrainWithStringKey
{
    /// <summary>Does nothing but be called: whoever calls it makes the consumer run somewhere.</summary>
    [AlwaysInterleave]
    [ResponseTimeout("00:00:05")]
    Task EnsureRunningAsync();

    /// <summary>Someone waits for what this consumer makes: no gathering, look at the journal now.</summary>
    [AlwaysInterleave]
    [OneWay]
    Task NudgeAsync();

    /// <summary>How it is doing.</summary>
    [AlwaysInterleave]
    [ResponseTimeout("00:00:05")]
    Task<ConsumerStatus> GetStatusAsync();
}
