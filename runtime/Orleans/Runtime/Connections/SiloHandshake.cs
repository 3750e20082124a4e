using Orleans.Runtime.Generated;
using Orleans.Serialization;

namespace Orleans.Runtime.Connections;

/// <summary>What a silo says first on a connection to another.</summary>
/// <param name="ClusterId">Its cluster.</param>
/// <param name="ServiceId">Its service.</param>
/// <param name="From">Who it is.</param>
/// <param name="To">Whom it means.</param>
/// <param name="Version">The newest view it knows.</param>
internal sealed record SiloHandshake(string ClusterId, string ServiceId, SiloAddress From, SiloAddress To, long Version)
{
    private const int Protocol = 1;

    public static void Write(CallWriter writer, SiloHandshake hello)
    {
        writer.WriteInt32(Protocol);
        writer.WriteString(hello.ClusterId);
        writer.WriteString(hello.ServiceId);
        writer.WriteString(hello.From.ToParsableString());
        writer.WriteString(hello.To.ToParsableString());
        writer.WriteInt64(hello.Version);
    }

    public static SiloHandshake Read(CallReader reader)
    {
        var protocol = reader.ReadInt32();
        if (protocol != Protocol)
            throw new SerializerException($"The protocol between silos is version {Protocol} here, not {protocol}.");
        return new SiloHandshake(
            reader.ReadString() ?? "", reader.ReadString() ?? "", ReadSilo(reader), ReadSilo(reader), reader.ReadInt64());
    }

    /// <returns>Why the silo is not let in; null when it is.</returns>
    public string? Refusal(string clusterId, string serviceId, SiloAddress self)
    {
        if (ClusterId != clusterId || ServiceId != serviceId)
            return $"This is cluster '{clusterId}' of service '{serviceId}', not '{ClusterId}' of '{ServiceId}'.";
        return To.Equals(self) ? null : $"This is {self}, not {To}.";
    }

    private static SiloAddress ReadSilo(CallReader reader) => SiloAddress.TryParse(reader.ReadString(), out var silo)
        ? silo
        : throw new SerializerException("A silo did not say who it is.");
}
