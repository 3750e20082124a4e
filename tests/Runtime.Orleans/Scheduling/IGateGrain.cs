using Orleans.Concurrency;

namespace Engine.Runtime.Orleans.Tests.Scheduling;

/// <summary>Notes when calls begin and end, and waits at gates in between.</summary>
public interface IGateGrain : IGrainWithStringKey
{
    Task Write(string name);

    [ReadOnly]
    Task Read(string name);

    [AlwaysInterleave]
    Task Interleave(string name);

    [OneWay]
    Task Nudge(string name);

    Task<string> CallBack(string otherKey, string mode);

    Task<string> Answer(IGateGrain asker);

    Task<string> Ping();

    Task<int> ConcurrentMax(int calls);
}
