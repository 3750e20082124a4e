using Orleans.Concurrency;

namespace Engine.Runtime.Orleans.Tests.Model;

/// <summary>Runs a call of a program, one method for each way in which calls interleave.</summary>
public interface IModelGrain : IGrainWithStringKey
{
    Task<int> Write(string run, int call);

    [ReadOnly]
    Task<int> Read(string run, int call);

    [AlwaysInterleave]
    Task<int> Interleave(string run, int call);

    [OneWay]
    Task Nudge(string run, int call);

    Task<int> Cancellable(string run, int call, CancellationToken token);

    [ResponseTimeout("00:00:05")]
    Task<int> Doomed(string run, int call);

    [AlwaysInterleave]
    Task Finish();
}
