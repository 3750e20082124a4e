using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orleans.Concurrency;
using Orleans.Runtime.Generated;

namespace Orleans.Serialization;

/// <summary>Values that are their own bytes.</summary>
internal sealed class UnmanagedCodec<T> : Codec<T>
    where T : unmanaged
{
    public override bool IsImmutable => true;

    public override T Copy(T value) => value;

    public override void Write(CallWriter writer, T value) => MemoryMarshal.Write(writer.Take(Unsafe.SizeOf<T>()), value);

    public override T Read(CallReader reader) => MemoryMarshal.Read<T>(reader.Take(Unsafe.SizeOf<T>()));
}

/// <summary>Immutable values with functions to write and read them.</summary>
internal sealed class FunctionCodec<T>(Action<CallWriter, T> write, Func<CallReader, T> read) : Codec<T>
{
    public override bool IsImmutable => true;

    public override T Copy(T value) => value;

    public override void Write(CallWriter writer, T value) => write(writer, value);

    public override T Read(CallReader reader) => read(reader);
}

/// <summary>Enumerations, as 64-bit integers.</summary>
internal sealed class EnumCodec<T> : Codec<T>
    where T : struct, Enum
{
    public override bool IsImmutable => true;

    public override T Copy(T value) => value;

    public override void Write(CallWriter writer, T value) => writer.WriteInt64(Unsafe.SizeOf<T>() switch
    {
        1 => Unsafe.BitCast<T, byte>(value),
        2 => Unsafe.BitCast<T, short>(value),
        4 => Unsafe.BitCast<T, int>(value),
        _ => Unsafe.BitCast<T, long>(value),
    });

    public override T Read(CallReader reader)
    {
        var value = reader.ReadInt64();
        return Unsafe.SizeOf<T>() switch
        {
            1 => Unsafe.BitCast<byte, T>((byte)value),
            2 => Unsafe.BitCast<short, T>((short)value),
            4 => Unsafe.BitCast<int, T>((int)value),
            _ => Unsafe.BitCast<long, T>(value),
        };
    }
}

/// <summary>Values that may be absent.</summary>
internal sealed class NullableCodec<T> : Codec<T?>
    where T : struct
{
    public override T? Copy(T? value) => value;

    public override void Write(CallWriter writer, T? value)
    {
        writer.WriteByte(value.HasValue ? (byte)1 : (byte)0);
        if (value.HasValue)
            writer.Write(value.Value);
    }

    public override T? Read(CallReader reader) => reader.ReadByte() == 0 ? null : reader.Read<T>();
}

/// <summary>Values that were promised not to change.</summary>
internal sealed class ImmutableCodec<T> : Codec<Immutable<T>>
{
    public override bool IsImmutable => true;

    public override Immutable<T> Copy(Immutable<T> value) => value;

    public override void Write(CallWriter writer, Immutable<T> value) => writer.Write(value.Value);

    public override Immutable<T> Read(CallReader reader) => new(reader.Read<T>()!);
}

/// <summary>Arrays that never change.</summary>
internal sealed class ImmutableArrayCodec<T> : Codec<ImmutableArray<T>>
{
    public override bool IsImmutable => true;

    public override ImmutableArray<T> Copy(ImmutableArray<T> value) => value;

    public override void Write(CallWriter writer, ImmutableArray<T> value) =>
        writer.Write(value.IsDefault ? null : ImmutableCollectionsMarshal.AsArray(value));

    public override ImmutableArray<T> Read(CallReader reader) => ImmutableCollectionsMarshal.AsImmutableArray(reader.Read<T[]>());
}
