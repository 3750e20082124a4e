using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Runtime.Generated;

namespace Orleans.Serialization;

/// <summary>Codecs of primitives, identities, collections, tuples, and of types whose values are known only when called.</summary>
internal sealed class BuiltInCodecs : ICodecSource
{
    private static readonly Dictionary<Type, Func<Codec>> Simple = new()
    {
        [typeof(bool)] = static () => new UnmanagedCodec<bool>(),
        [typeof(byte)] = static () => new UnmanagedCodec<byte>(),
        [typeof(sbyte)] = static () => new UnmanagedCodec<sbyte>(),
        [typeof(short)] = static () => new UnmanagedCodec<short>(),
        [typeof(ushort)] = static () => new UnmanagedCodec<ushort>(),
        [typeof(int)] = static () => new UnmanagedCodec<int>(),
        [typeof(uint)] = static () => new UnmanagedCodec<uint>(),
        [typeof(long)] = static () => new UnmanagedCodec<long>(),
        [typeof(ulong)] = static () => new UnmanagedCodec<ulong>(),
        [typeof(float)] = static () => new UnmanagedCodec<float>(),
        [typeof(double)] = static () => new UnmanagedCodec<double>(),
        [typeof(decimal)] = static () => new UnmanagedCodec<decimal>(),
        [typeof(char)] = static () => new UnmanagedCodec<char>(),
        [typeof(Guid)] = static () => new UnmanagedCodec<Guid>(),
        [typeof(TimeSpan)] = static () => new UnmanagedCodec<TimeSpan>(),
        [typeof(DateTime)] = static () => new FunctionCodec<DateTime>(
            static (writer, value) => writer.WriteInt64(value.ToBinary()), static reader => DateTime.FromBinary(reader.ReadInt64())),
        [typeof(DateTimeOffset)] = static () => new FunctionCodec<DateTimeOffset>(
            static (writer, value) =>
            {
                writer.WriteInt64(value.Ticks);
                writer.WriteInt64(value.Offset.Ticks);
            },
            static reader => new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64()))),
        [typeof(DateOnly)] = static () => new FunctionCodec<DateOnly>(
            static (writer, value) => writer.WriteInt32(value.DayNumber), static reader => DateOnly.FromDayNumber(reader.ReadInt32())),
        [typeof(TimeOnly)] = static () => new FunctionCodec<TimeOnly>(
            static (writer, value) => writer.WriteInt64(value.Ticks), static reader => new TimeOnly(reader.ReadInt64())),
        [typeof(string)] = static () => new FunctionCodec<string?>(
            static (writer, value) => writer.WriteString(value), static reader => reader.ReadString()),
        [typeof(Uri)] = static () => new FunctionCodec<Uri?>(
            static (writer, value) => writer.WriteString(value?.OriginalString),
            static reader => reader.ReadString() is { } text ? new Uri(text, UriKind.RelativeOrAbsolute) : null),
        [typeof(Version)] = static () => new FunctionCodec<Version?>(
            static (writer, value) => writer.WriteString(value?.ToString()),
            static reader => reader.ReadString() is { } text ? Version.Parse(text) : null),
        [typeof(IPAddress)] = static () => new FunctionCodec<IPAddress?>(
            static (writer, value) => writer.WriteString(value?.ToString()),
            static reader => reader.ReadString() is { } text ? IPAddress.Parse(text) : null),
        [typeof(IdSpan)] = static () => new FunctionCodec<IdSpan>(WriteSpan, ReadSpan),
        [typeof(GrainType)] = static () => new FunctionCodec<GrainType>(
            static (writer, value) => WriteSpan(writer, value.Value), static reader => new GrainType(ReadSpan(reader))),
        [typeof(GrainInterfaceType)] = static () => new FunctionCodec<GrainInterfaceType>(
            static (writer, value) => WriteSpan(writer, value.Value), static reader => new GrainInterfaceType(ReadSpan(reader))),
        [typeof(GrainId)] = static () => new FunctionCodec<GrainId>(WriteGrainId, ReadGrainId),
        [typeof(ActivationId)] = static () => new FunctionCodec<ActivationId>(
            static (writer, value) => writer.WriteString(value.ToParsableString()),
            static reader => ActivationId.FromParsableString(reader.ReadString()!)),
        [typeof(SiloAddress)] = static () => new FunctionCodec<SiloAddress?>(
            static (writer, value) => writer.WriteString(value?.ToParsableString()),
            static reader => reader.ReadString() is { } text ? SiloAddress.FromParsableString(text) : null),
        [typeof(StreamId)] = static () => new FunctionCodec<StreamId>(
            static (writer, value) =>
            {
                writer.WriteCount(value.Namespace.Length);
                writer.WriteBytes(value.Namespace.Span);
                writer.WriteCount(value.Key.Length);
                writer.WriteBytes(value.Key.Span);
            },
            static reader =>
            {
                var ns = reader.Take(reader.ReadCount()).ToArray();
                return StreamId.Create(ns, reader.Take(reader.ReadCount()));
            }),
        [typeof(NoResult)] = static () => new FunctionCodec<NoResult>(static (_, _) => { }, static _ => default),
    };

    public static void WriteGrainId(CallWriter writer, GrainId value)
    {
        WriteSpan(writer, value.Type.Value);
        WriteSpan(writer, value.Key);
    }

    public static GrainId ReadGrainId(CallReader reader)
    {
        var type = new GrainType(ReadSpan(reader));
        return new GrainId(type, ReadSpan(reader));
    }

    public Codec? Create(Type type, CodecRegistry registry)
    {
        if (Simple.TryGetValue(type, out var create))
            return create();
        if (type.IsEnum)
            return Make(typeof(EnumCodec<>), type);
        if (type.IsArray)
            return type.GetArrayRank() == 1 ? CreateArray(type.GetElementType()!) : null;
        if (type.IsGenericType && CreateGeneric(type, type.GetGenericTypeDefinition(), type.GetGenericArguments()) is { } generic)
            return generic;
        return type == typeof(object) || IsPolymorphicContract(type) ? Make(typeof(DynamicCodec<>), type) : null;
    }

    private static Codec CreateArray(Type element) =>
        element == typeof(byte) ? new ByteArrayCodec() : Make(typeof(ArrayCodec<>), element);

    private static Codec? CreateGeneric(Type type, Type definition, Type[] arguments)
    {
        if (definition == typeof(Nullable<>))
            return Make(typeof(NullableCodec<>), arguments);
        if (definition == typeof(Immutable<>))
            return Make(typeof(ImmutableCodec<>), arguments);
        if (definition == typeof(List<>))
            return Make(typeof(ListCodec<>), arguments);
        if (definition == typeof(Dictionary<,>))
            return Make(typeof(DictionaryCodec<,>), arguments);
        if (definition == typeof(HashSet<>))
            return Make(typeof(HashSetCodec<>), arguments);
        if (definition == typeof(KeyValuePair<,>))
            return Make(typeof(KeyValuePairCodec<,>), arguments);
        if (definition == typeof(ImmutableArray<>))
            return Make(typeof(ImmutableArrayCodec<>), arguments);
        return typeof(ITuple).IsAssignableFrom(type) ? Make(typeof(TupleCodec<>), type) : null;
    }

    private static bool IsPolymorphicContract(Type type) =>
        (type.IsInterface || type.IsAbstract)
        && !typeof(IAddressable).IsAssignableFrom(type) && !typeof(Exception).IsAssignableFrom(type);

    private static Codec Make(Type definition, params Type[] arguments) =>
        (Codec)Activator.CreateInstance(definition.MakeGenericType(arguments))!;

    private static void WriteSpan(CallWriter writer, IdSpan value)
    {
        writer.WriteCount(value.AsSpan().Length);
        writer.WriteBytes(value.AsSpan());
    }

    private static IdSpan ReadSpan(CallReader reader)
    {
        var length = reader.ReadCount();
        return length == 0 ? default : new IdSpan(reader.Take(length).ToArray());
    }
}
