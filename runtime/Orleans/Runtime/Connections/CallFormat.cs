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

    /// <summary>Says once for a connection what stands behind the number of a method.</summary>
    public static void WriteMethod(CallWriter writer, GrainCall call)
    {
        writer.WriteString(InterfaceOf(call));
        writer.WriteUInt32(call.Method.Id);
    }

    /// <returns>What makes empty calls of the method; a function that throws when it is not known here.</returns>
    public static Func<GrainCall> ReadMethod(CallReader reader, GrainTypeRegistry types)
    {
        var interfaceName = reader.ReadString()!;
        var methodId = reader.ReadUInt32();
        try
        {
            if (Factory(types, interfaceName, methodId) is { } create)
                return create;
        }
        catch (Exception error) when (error is SerializerException or TypeLoadException or ArgumentException)
        {
            // The same answer as for a method that is not there.
        }

        return () => throw new MissingMethodException($"There is no grain method {methodId:x8} of {interfaceName} here.");
    }

    public static void Write(CallWriter writer, GrainCall call, int method)
    {
        var context = call.Context;
        writer.WriteByte((byte)((call.IsOneWay ? OneWay : 0) | (call.SourceId is null ? 0 : HasSource) | (context is null ? 0 : HasContext)));
        BuiltInCodecs.WriteGrainId(writer, call.TargetId);
        if (call.SourceId is { } source)
            BuiltInCodecs.WriteGrainId(writer, source);
        if (context is not null)
            WriteContext(writer, context);
        writer.WriteCount(method);
        call.WriteArguments(writer);
    }

    /// <summary>Reads what follows the number of the call.</summary>
    public static GrainCall Read(CallReader reader, long correlationId, List<Func<GrainCall>> methods)
    {
        var flags = reader.ReadByte();
        var target = BuiltInCodecs.ReadGrainId(reader);
        GrainId? source = (flags & HasSource) != 0 ? BuiltInCodecs.ReadGrainId(reader) : null;
        var context = (flags & HasContext) != 0 ? ReadContext(reader) : null;
        var method = reader.ReadCount();
        if (method >= methods.Count)
            throw new SerializerException($"Method {method} of this connection was not named before.");
        var call = methods[method]();
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

    private static Func<GrainCall>? Factory(GrainTypeRegistry types, string interfaceName, uint methodId)
    {
        if (interfaceName == EndName)
            return static () => new EnumerationEndCall();
        if (interfaceName.StartsWith(NextPrefix, StringComparison.Ordinal))
        {
            var item = TypeNames.Parse(interfaceName[NextPrefix.Length..]);
            var type = typeof(EnumerationNextCall<>).MakeGenericType(item);
            return () => (GrainCall)Activator.CreateInstance(type)!;
        }

        return types.FindInterface(interfaceName)?.FindCall(methodId);
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
