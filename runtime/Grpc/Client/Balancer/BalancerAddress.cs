using System.Net;

namespace Grpc.Net.Client.Balancer;

/// <summary>One server.</summary>
public sealed class BalancerAddress
{
    private BalancerAttributes? _attributes;

    public BalancerAddress(DnsEndPoint endPoint)
    {
        EndPoint = endPoint ?? throw new ArgumentNullException(nameof(endPoint));
    }

    public BalancerAddress(string host, int port)
        : this(new DnsEndPoint(host, port))
    {
    }

    public DnsEndPoint EndPoint { get; }

    public BalancerAttributes Attributes => _attributes ??= [];

    public override string ToString() => $"{EndPoint.Host}:{EndPoint.Port}";
}
