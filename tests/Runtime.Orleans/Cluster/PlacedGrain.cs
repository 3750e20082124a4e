using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Engine.Runtime.Orleans.Tests.Support;
using Google.Protobuf.WellKnownTypes;
using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Cluster;

internal sealed class PlacedGrain(ILocalSiloDetails silo) : Grain, IPlacedGrain
{
    private int _count;

    /// <summary>Who runs a grain now: a second one while the first has not ended would be a fault.</summary>
    public static ConcurrentDictionary<string, int> Alive { get; } = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Alive.AddOrUpdate(this.GetPrimaryKeyString(), 1, static (_, count) => count + 1);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Alive.AddOrUpdate(this.GetPrimaryKeyString(), 0, static (_, count) => count - 1);
        return Task.CompletedTask;
    }

    public Task<SiloAddress> Where() => Task.FromResult(silo.SiloAddress);

    public Task<int> Count() => Task.FromResult(++_count);

    public ValueTask<int> Add(int left, int right) => new(left + right);

    public Task<StringValue> Echo(StringValue message) => Task.FromResult(message);

    public Task<string?> Context(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public Task Note(string log, string entry)
    {
        Gates.Note(log, entry);
        return Task.CompletedTask;
    }

    public Task Throw(string text) => throw new InvalidOperationException(text, new TimeoutException("inner"));

    public async Task<string> Wait(string gate)
    {
        Gates.Note(gate, "begins");
        await Gates.Pass(gate);
        return gate;
    }

    public Task Slow(string gate) => Gates.Pass(gate);

    public async Task Cancellable(string log, CancellationToken token)
    {
        Gates.Note(log, "begins");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }
        catch (OperationCanceledException)
        {
            Gates.Note(log, "cancelled");
            throw;
        }
    }

    public async IAsyncEnumerable<int> Numbers(int count, [EnumeratorCancellation] CancellationToken token = default)
    {
        for (var number = 0; number < count; number++)
        {
            if (number % 100 == 99)
                await Task.Yield();
            yield return number;
        }
    }

    public Task Tell(IListener listener, string text) => listener.Hear(text);

    public Task<string> Ask(IListener listener, string text) => listener.Answer(text);

    public async Task<string> RoundTrip(IPlacedGrain other)
    {
        using (RequestContext.AllowCallChainReentrancy())
            return await other.CallBack(this.AsReference<IPlacedGrain>());
    }

    public Task<string> CallBack(IPlacedGrain caller) => caller.Back();

    public Task<string> Back() => Task.FromResult(this.GetPrimaryKeyString());

    public Task StartTimer(string log, TimeSpan period)
    {
        this.RegisterGrainTimer(
            static (state, _) =>
            {
                Gates.Note(state, "tick");
                return Task.CompletedTask;
            },
            log, new GrainTimerCreationOptions { DueTime = period, Period = period, KeepAlive = true });
        return Task.CompletedTask;
    }
}
