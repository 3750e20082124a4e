using Google.Protobuf.WellKnownTypes;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Cluster;

public interface IPlacedGrain : IGrainWithStringKey
{
    /// <summary>The silo it runs on.</summary>
    Task<SiloAddress> Where();

    /// <summary>Counts calls; the count is lost when the activation ends.</summary>
    Task<int> Count();

    ValueTask<int> Add(int left, int right);

    Task<StringValue> Echo([Immutable] StringValue message);

    Task<string?> Context(string key);

    [OneWay]
    Task Note(string log, string entry);

    Task Throw(string text);

    Task<string> Wait(string gate);

    [ResponseTimeout("00:00:01")]
    Task Slow(string gate);

    Task Cancellable(string log, CancellationToken token);

    IAsyncEnumerable<int> Numbers(int count, CancellationToken token = default);

    Task Tell(IListener listener, string text);

    Task<string> Ask(IListener listener, string text);

    /// <summary>Calls another grain which calls back here, within one call chain.</summary>
    Task<string> RoundTrip(IPlacedGrain other);

    Task<string> CallBack(IPlacedGrain caller);

    Task<string> Back();

    /// <summary>Starts a timer that notes its ticks.</summary>
    Task StartTimer(string log, TimeSpan period);
}
