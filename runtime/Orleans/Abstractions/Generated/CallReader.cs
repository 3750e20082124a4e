using System.Buffers.Binary;
using System.ComponentModel;
using System.Text;
using Orleans.Serialization;

namespace Orleans.Runtime.Generated;

/// <summary>Reads what a <see cref="CallWriter"/> wrote. Whatever is malformed is a <see cref="SerializerException"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallReader
{
    private readonly ReadOnlyMemory<byte> _buffer;
    private int _position;

    internal CallReader(CodecRegistry codecs, ReadOnlyMemory<byte> buffer, object? runtime = null)
    {
        Codecs = codecs;
        Runtime = runtime;
        _buffer = buffer;
    }

    internal CodecRegistry Codecs { get; }

    /// <summary>What references that are read belong to.</summary>
    internal object? Runtime { get; }

    internal int Remaining => _buffer.Length - _position;

    public T? Read<T>() => Codecs.Get<T>().Read(this);

    internal ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Remaining)
            throw new SerializerException($"A value needs {count} bytes, {Remaining} are left.");
        var span = _buffer.Span.Slice(_position, count);
        _position += count;
        return span;
    }

    internal byte ReadByte() => Take(1)[0];

    internal int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    internal uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    internal long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    internal int ReadCount()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = ReadByte();
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
                return value <= int.MaxValue ? (int)value : throw new SerializerException("A count is too large.");
        }

        throw new SerializerException("A count has too many bytes.");
    }

    /// <summary>A count of elements of which each takes at least one byte.</summary>
    internal int ReadElementCount()
    {
        var count = ReadCount();
        return count <= Remaining ? count : throw new SerializerException($"{count} elements do not fit into {Remaining} bytes.");
    }

    internal string? ReadString()
    {
        var count = ReadCount();
        return count == 0 ? null : Encoding.UTF8.GetString(Take(count - 1));
    }
}
