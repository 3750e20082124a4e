using Orleans.Runtime;

namespace Engine.Api.Cluster;

/// <summary>Names of members: <c>members/{address}-{port}-{generation}</c> for a silo, so that every process gives it the same one.</summary>
public static class MemberNames
{
    public static string Of(SiloAddress silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        var address = silo.Endpoint.Address.ToString().Replace(':', '.');
        return $"members/{address}-{silo.Endpoint.Port}-{silo.Generation}";
    }

    /// <summary>A gateway is in no membership; it makes its name up.</summary>
    public static string OfGateway(Guid id) => $"members/gateway-{id:N}";
}
