namespace Engine.Runtime.Orleans.Tests.Activation;

public interface IShortLifeGrain : ILifeGrain;

[CollectionAgeLimit(Minutes = 2)]
public sealed class ShortLifeGrain : LifeGrain, IShortLifeGrain;

public interface IAlwaysLifeGrain : ILifeGrain;

[CollectionAgeLimit(AlwaysActive = true)]
public sealed class AlwaysLifeGrain : LifeGrain, IAlwaysLifeGrain;

public interface IListedLifeGrain : ILifeGrain;

public sealed class ListedLifeGrain : LifeGrain, IListedLifeGrain;

public interface INeedyGrain : IGrainWithStringKey
{
    Task Call();
}

public sealed class NeedyGrain(IFormatProvider missing) : Grain, INeedyGrain
{
    public Task Call() => Task.FromResult(missing);
}

public interface IPlainGrain : IGrainWithStringKey
{
    Task<string> Key();
}

/// <summary>A grain that does not derive from the base class.</summary>
public sealed class PlainGrain(global::Orleans.Runtime.IGrainContext context) : IGrainBase, IPlainGrain
{
    private bool _isActive;

    public global::Orleans.Runtime.IGrainContext GrainContext => context;

    public Task OnActivateAsync(CancellationToken token)
    {
        _isActive = true;
        return Task.CompletedTask;
    }

    public Task<string> Key() => Task.FromResult($"{GrainContext.GrainId.Key} {_isActive}");
}
