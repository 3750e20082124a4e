using System.Collections.Immutable;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Types;

namespace Orleans.Runtime.Connections;

/// <summary>The first frames of a connection.</summary>
internal static class Handshake
{
    public const int Version = 1;

    public static void WriteHello(CallWriter writer, string clusterId, string serviceId, string clientId)
    {
        writer.WriteInt32(Version);
        writer.WriteString(clusterId);
        writer.WriteString(serviceId);
        writer.WriteString(clientId);
    }

    /// <returns>Who the client is, or why it is refused.</returns>
    public static (string? ClientId, string? Refusal) ReadHello(CallReader reader, string clusterId, string serviceId)
    {
        var version = reader.ReadInt32();
        if (version != Version)
            return (null, $"The protocol here is version {Version}, not {version}.");
        var cluster = reader.ReadString();
        var service = reader.ReadString();
        var clientId = reader.ReadString();
        if (cluster != clusterId || service != serviceId)
            return (null, $"This is cluster '{clusterId}' of service '{serviceId}', not '{cluster}' of '{service}'.");
        return string.IsNullOrEmpty(clientId) ? (null, "A client needs an identity.") : (clientId, null);
    }

    public static void WriteWelcome(CallWriter writer, SiloAddress silo, IReadOnlyList<GrainBinding> bindings)
    {
        writer.WriteString(silo.ToParsableString());
        writer.WriteCount(bindings.Count);
        foreach (var binding in bindings)
        {
            writer.WriteString(binding.GrainType.ToString());
            writer.WriteString(binding.ClassName);
            writer.WriteCount(binding.Interfaces.Count);
            foreach (var name in binding.Interfaces)
                writer.WriteString(name);
        }
    }

    /// <summary>Who is in the cluster, and where clients reach them.</summary>
    public static void WriteMembers(CallWriter writer, Topology topology, ILocalSiloDetails self)
    {
        writer.WriteInt64(topology.Version);
        writer.WriteCount(topology.View.Members.Length);
        foreach (var member in topology.View.Members)
        {
            // The own gateway may be known here before it is in the view.
            var gateway = member.Silo.Equals(self.SiloAddress) && self.GatewayAddress.Endpoint.Port != 0 ? self.GatewayAddress : member.Gateway;
            writer.WriteString(member.Silo.ToParsableString());
            writer.WriteString(gateway?.ToParsableString());
            writer.WriteString(member.Name);
            writer.WriteByte((byte)member.Status);
        }
    }

    public static ClusterView ReadMembers(CallReader reader)
    {
        var version = reader.ReadInt64();
        var members = ImmutableArray.CreateBuilder<ClusterMember>();
        for (var count = reader.ReadElementCount(); count > 0; count--)
        {
            members.Add(new ClusterMember(
                SiloAddress.FromParsableString(reader.ReadString()!),
                reader.ReadString() is { } gateway ? SiloAddress.FromParsableString(gateway) : null,
                reader.ReadString() ?? "",
                (SiloStatus)reader.ReadByte()));
        }

        return new ClusterView(version, members.ToImmutable());
    }

    public static (SiloAddress Silo, List<GrainBinding> Bindings) ReadWelcome(CallReader reader)
    {
        var silo = SiloAddress.FromParsableString(reader.ReadString()!);
        var bindings = new List<GrainBinding>();
        for (var count = reader.ReadElementCount(); count > 0; count--)
        {
            var grainType = GrainType.Create(reader.ReadString()!);
            var className = reader.ReadString()!;
            var interfaces = new HashSet<string>(StringComparer.Ordinal);
            for (var names = reader.ReadElementCount(); names > 0; names--)
                interfaces.Add(reader.ReadString()!);
            bindings.Add(new GrainBinding(grainType, className, interfaces));
        }

        return (silo, bindings);
    }
}
