using Orleans.Concurrency;

namespace Engine.Runtime.Orleans.Tests.Scheduling;

/// <summary>Looks at the scheduler its code runs on.</summary>
public interface ISchedulerGrain : IGrainWithStringKey
{
    Task<bool> StaysAfterYield();

    Task<bool> StaysAfterExternalCompletion();

    Task<bool> TaskRunLeaves();

    Task<bool> StartNewStays();

    Task<bool> ContinueWithStays();

    Task<bool> ConfigureAwaitFalseLeaves();

    Task<bool> NestedAsyncStays();

    Task<string> Meet(ISchedulerGrain other, string gate);

    [AlwaysInterleave]
    Task<string> Hello();
}
