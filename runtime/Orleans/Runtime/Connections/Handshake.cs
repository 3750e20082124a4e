using Orleans.Runtime.Generated;
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
