namespace Grpc.Net.Client.Balancer;

/// <summary>Names an attribute and the type of its value.</summary>
public readonly struct BalancerAttributesKey<TValue>(string key)
{
    public string Key { get; } = key;
}
