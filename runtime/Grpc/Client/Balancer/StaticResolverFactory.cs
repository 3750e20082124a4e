namespace Grpc.Net.Client.Balancer;

/// <summary>Resolves <c>static</c> addresses to servers known beforehand.</summary>
public sealed class StaticResolverFactory : ResolverFactory
{
    private readonly Func<Uri, IEnumerable<BalancerAddress>> _addressesCallback;

    public StaticResolverFactory(Func<Uri, IEnumerable<BalancerAddress>> addressesCallback)
    {
        _addressesCallback = addressesCallback ?? throw new ArgumentNullException(nameof(addressesCallback));
    }

    public override string Name => "static";

    public override Resolver Create(ResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new StaticResolver([.. _addressesCallback(options.Address)]);
    }

    private sealed class StaticResolver(IReadOnlyList<BalancerAddress> addresses) : Resolver
    {
        public override void Start(Action<ResolverResult> listener)
        {
            ArgumentNullException.ThrowIfNull(listener);
            listener(ResolverResult.ForResult(addresses));
        }
    }
}
