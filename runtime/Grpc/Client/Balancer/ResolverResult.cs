using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Balancer;

/// <summary>The servers found, or why there are none.</summary>
public sealed class ResolverResult
{
    private BalancerAttributes? _attributes;

    private ResolverResult(
        Status status, IReadOnlyList<BalancerAddress>? addresses, ServiceConfig? serviceConfig, Status? serviceConfigStatus)
    {
        Status = status;
        Addresses = addresses;
        ServiceConfig = serviceConfig;
        ServiceConfigStatus = serviceConfigStatus;
    }

    public Status Status { get; }

    public IReadOnlyList<BalancerAddress>? Addresses { get; }

    public ServiceConfig? ServiceConfig { get; }

    public Status? ServiceConfigStatus { get; }

    public BalancerAttributes Attributes => _attributes ??= [];

    /// <exception cref="ArgumentException">The status is OK.</exception>
    public static ResolverResult ForFailure(Status status) => status.StatusCode == StatusCode.OK
        ? throw new ArgumentException("Error status code must not be OK.", nameof(status))
        : new ResolverResult(status, null, null, null);

    public static ResolverResult ForResult(IReadOnlyList<BalancerAddress> addresses) =>
        new(Status.DefaultSuccess, addresses, null, null);

    public static ResolverResult ForResult(
        IReadOnlyList<BalancerAddress> addresses, ServiceConfig? serviceConfig, Status? serviceConfigStatus) =>
        new(Status.DefaultSuccess, addresses, serviceConfig, serviceConfigStatus);
}
