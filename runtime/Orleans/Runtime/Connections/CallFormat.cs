using Orleans.Runtime.Generated;
using Orleans.Runtime.Types;
using Orleans.Serialization;

namespace Orleans.Runtime.Connections;

/// <summary>How calls are written into frames.</summary>
internal static class CallFormat
{
    private const byte OneWay = 1;
    private const byte HasSource = 2;
    private const byte HasContext = 4;
    private const string NextPrefix = "!next ";
    private const string EndName = "!end";

    public static void Write(CallWriter writer, GrainCall call)
    {
        var context = call.Context;
        writer.WriteInt64(call.CorrelationId);
        writer.WriteByte((byte)((call.IsOneWay ? OneWay : 0) | (call.SourceId is null ? 0 : HasSource) | (context is null ? 0 : HasContext)));
        BuiltInCodecs.WriteGrainId(writer, call.TargetId);
        if (call.SourceId is { } source)
            BuiltInCodecs.WriteGrainId(writer, source);
        if (context is not null)
            WriteContext(writer, context);
        writer.WriteString(InterfaceOf(call));
        writer.WriteUInt32(call.Method.Id);
        call.WriteArguments(writer);
    }

    /// <returns>The call's number; the call, or why it cannot be made.</returns>
    public static (long CorrelationId, GrainCall? Call, Exception? Error) Read(CallReader reader, GrainTypeRegistry types)
    {
        var correlationId = reader.ReadInt64();
        try
        {
            return (correlationId, ReadCall(reader, correlationId, types), null);
        }
        catch (Exception error)
        {
            return (correlationId, null, error);
        }
    }

    private static GrainCall ReadCall(CallReader reader, long correlationId, GrainTypeRegistry types)
    {
        var flags = reader.ReadByte();
        var target = BuiltInCodecs.ReadGrainId(reader);
        GrainId? source = (flags & HasSource) != 0 ? BuiltInCodecs.ReadGrainId(reader) : null;
        var context = (flags & HasContext) != 0 ? ReadContext(reader) : null;
        var interfaceName = reader.ReadString()!;
        var methodId = reader.ReadUInt32();
        var call = Create(types, interfaceName, methodId)
            ?? throw new MissingMethodException($"There is no grain method {methodId:x8} of {interfaceName} here.");
        call.CorrelationId = correlationId;
        call.TargetId = target;
        call.SourceId = source;
        call.Context = context;
        call.ReadArguments(reader);
        return call;
    }

    private static string InterfaceOf(GrainCall call) => call switch
    {
        EnumerationEndCall => EndName,
        { Method.InterfaceType: { IsGenericType: true } type } when type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>) =>
            NextPrefix + TypeNames.Format(type.GetGenericArguments()[0]),
        _ => call.Method.InterfaceName,
    };

    private static GrainCall? Create(GrainTypeRegistry types, string interfaceName, uint methodId)
    {
        if (interfaceName == EndName)
            return new EnumerationEndCall();
        if (interfaceName.StartsWith(NextPrefix, StringComparison.Ordinal))
        {
            var item = TypeNames.Parse(interfaceName[NextPrefix.Length..]);
            return (GrainCall)Activator.CreateInstance(typeof(EnumerationNextCall<>).MakeGenericType(item))!;
        }

        return types.FindInterface(interfaceName)?.CreateCall(methodId);
    }

    private static void WriteContext(CallWriter writer, RequestContextData context)
    {
        writer.Write(context.ReentrancyId);
        writer.WriteCount(context.Values?.Count ?? 0);
        if (context.Values is null)
            return;
        foreach (var (key, value) in context.Values)
        {
            writer.WriteString(key);
            writer.Write<object>(value);
        }
    }

    private static RequestContextData ReadContext(CallReader reader)
    {
        var chain = reader.Read<Guid>();
        var count = reader.ReadElementCount();
        var values = count == 0 ? null : new Dictionary<string, object>(count);
        for (; count > 0; count--)
        {
            var key = reader.ReadString()!;
            values![key] = reader.Read<object>()!;
        }

        return new RequestContextData(values, chain);
    }
}
