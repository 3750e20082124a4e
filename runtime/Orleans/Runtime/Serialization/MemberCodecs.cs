using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.Runtime.Generated;

namespace Orleans.Serialization;

/// <summary>Codecs of types marked with <see cref="GenerateSerializerAttribute"/>, by reflection over their numbered members.</summary>
internal sealed class MemberCodecs : ICodecSource
{
    public Codec? Create(Type type, CodecRegistry registry) =>
        type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)
        && !type.IsAbstract && !type.IsEnum && !typeof(Exception).IsAssignableFrom(type)
            ? (Codec)Activator.CreateInstance(typeof(MemberCodec<>).MakeGenericType(type), registry)!
            : null;
}

/// <summary>Copies and writes the numbered members of an object.</summary>
internal sealed class MemberCodec<T>(CodecRegistry registry) : Codec<T?>
{
    private readonly SerializedMember[] _members = SerializedMember.Of(typeof(T));

    public override bool IsImmutable { get; } = typeof(T).IsDefined(typeof(ImmutableAttribute), inherit: false);

    public override T? Copy(T? value)
    {
        if (value is null || IsImmutable)
            return value;
        if (value.GetType() != typeof(T))
            return (T?)registry.ForType(value.GetType()).CopyObject(value);
        object copy = RuntimeHelpers.GetUninitializedObject(typeof(T));
        foreach (var member in _members)
            member.Set(copy, registry.ForType(member.Type).CopyObject(member.Get(value)));
        return (T)copy;
    }

    public override void Write(CallWriter writer, T? value)
    {
        if (value is null)
        {
            writer.WriteByte(0);
            return;
        }

        if (value.GetType() != typeof(T))
        {
            writer.WriteByte(2);
            writer.WriteString(TypeNames.Format(value.GetType()));
            writer.Codecs.ForType(value.GetType()).WriteObject(writer, value);
            return;
        }

        writer.WriteByte(1);
        SerializedMember.WriteAll(writer, _members, value);
    }

    public override T? Read(CallReader reader)
    {
        switch (reader.ReadByte())
        {
            case 0:
                return default;
            case 2:
                var type = TypeNames.Parse(reader.ReadString()!);
                return typeof(T).IsAssignableFrom(type)
                    ? (T?)reader.Codecs.ForType(type).ReadObject(reader)
                    : throw new SerializerException($"A {type} was sent where a {typeof(T)} was expected.");
            default:
                object value = RuntimeHelpers.GetUninitializedObject(typeof(T));
                SerializedMember.ReadAll(reader, _members, value);
                return (T)value;
        }
    }
}

/// <summary>A numbered member of a type; those of base types come first.</summary>
internal sealed class SerializedMember
{
    private readonly FieldInfo _field;

    private SerializedMember(FieldInfo field) => _field = field;

    public Type Type => _field.FieldType;

    public static SerializedMember[] Of(Type type)
    {
        var levels = new Stack<Type>();
        for (var level = type; level is not null && level != typeof(object) && level != typeof(Exception); level = level.BaseType)
            levels.Push(level);
        return [.. levels.SelectMany(Declared)];
    }

    public static void WriteAll(CallWriter writer, SerializedMember[] members, object value)
    {
        writer.WriteCount(members.Length);
        foreach (var member in members)
            writer.Codecs.ForType(member.Type).WriteObject(writer, member.Get(value));
    }

    public static void ReadAll(CallReader reader, SerializedMember[] members, object value)
    {
        var count = reader.ReadCount();
        if (count != members.Length)
            throw new SerializerException($"{value.GetType()} has {members.Length} members here and {count} there.");
        foreach (var member in members)
            member.Set(value, reader.Codecs.ForType(member.Type).ReadObject(reader));
    }

    public object? Get(object owner) => _field.GetValue(owner);

    public void Set(object owner, object? value) => _field.SetValue(owner, value);

    private static IEnumerable<SerializedMember> Declared(Type type)
    {
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var isRecord = type.GetMethod("<Clone>$", all) is not null;
        var numbered = new List<(uint Id, FieldInfo Field)>();
        var unnumbered = 0u;
        foreach (var property in type.GetProperties(all))
        {
            var field = type.GetField($"<{property.Name}>k__BackingField", all);
            if (property.GetCustomAttribute<IdAttribute>() is { } id)
                numbered.Add((id.Id, field ?? throw new SerializerException($"{type}.{property.Name} is not an auto-property.")));
            else if (isRecord && field is not null && property.GetMethod is { IsPublic: true })
                numbered.Add((1_000_000 + unnumbered++, field));
        }

        foreach (var field in type.GetFields(all))
        {
            if (field.GetCustomAttribute<IdAttribute>() is { } id)
                numbered.Add((id.Id, field));
        }

        return numbered.OrderBy(static member => member.Id).Select(static member => new SerializedMember(member.Field));
    }
}
