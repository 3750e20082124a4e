using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Calls;

public sealed class ContextGrain : Grain, IContextGrain
{
    private string? _onActivation;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _onActivation = RequestContext.Get("who") as string;
        return Task.CompletedTask;
    }

    public Task<string?> Get(string name) => Task.FromResult(RequestContext.Get(name) as string);

    public Task Set(string name, string value)
    {
        RequestContext.Set(name, value);
        return Task.CompletedTask;
    }

    public async Task<string?> GetVia(string otherKey, string name)
    {
        await Task.Yield();
        return await GrainFactory.GetGrain<IContextGrain>(otherKey).Get(name);
    }

    public Task<string?> SeenOnActivation() => Task.FromResult(_onActivation);
}
