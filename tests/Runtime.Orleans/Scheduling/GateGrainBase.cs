using Engine.Runtime.Orleans.Tests.Support;
using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Scheduling;

/// <summary>What the gate grains have in common.</summary>
public abstract class GateGrainBase : Grain, IGateGrain
{
    private int _inside;

    private string Log => this.GetPrimaryKeyString();

    public Task Write(string name) => Run(name);

    public Task Read(string name) => Run(name);

    public Task Interleave(string name) => Run(name);

    public Task Nudge(string name) => Run(name);

    public Task<string> Ping() => Task.FromResult("pong");

    public async Task<string> CallBack(string otherKey, string mode)
    {
        var other = GrainFactory.GetGrain<IGateGrain>(otherKey, GetType().FullName);
        var self = this.AsReference<IGateGrain>();
        if (mode != "allow")
            return await other.Answer(self);
        using var section = RequestContext.AllowCallChainReentrancy();
        return await other.Answer(self);
    }

    public Task<string> Answer(IGateGrain asker) => asker.Ping();

    public async Task<int> ConcurrentMax(int calls)
    {
        var seen = Interlocked.Increment(ref _inside);
        for (var turn = 0; turn < calls; turn++)
        {
            Thread.SpinWait(200);
            if (Interlocked.Decrement(ref _inside) != seen - 1)
                return -1;
            await Task.Yield();
            seen = Interlocked.Increment(ref _inside);
            if (seen != 1)
                return -1;
        }

        Interlocked.Decrement(ref _inside);
        return seen;
    }

    private async Task Run(string name)
    {
        Gates.Note(Log, $"{name} begins");
        if (name.EndsWith("throws", StringComparison.Ordinal))
            throw new InvalidOperationException(name);
        if (name.EndsWith("waits", StringComparison.Ordinal))
            await Gates.Pass($"{Log}/{name}");
        Gates.Note(Log, $"{name} ends");
    }
}
