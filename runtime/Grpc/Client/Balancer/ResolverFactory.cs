namespace Grpc.Net.Client.Balancer;

/// <summary>Makes the resolvers of one address scheme. Found in the channel's service provider.</summary>
public abstract class ResolverFactory
{
    /// <summary>The scheme.</summary>
    public abstract string Name { get; }

    public abstract Resolver Create(ResolverOptions options);
}
