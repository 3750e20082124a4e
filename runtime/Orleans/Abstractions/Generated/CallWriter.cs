using System.Buffers;
using System.Buffers.Binary;
using System.ComponentModel;
using System.Text;

namespace Orleans.Runtime.Generated;

/// <summary>Writes the values of a call into a growing buffer: numbers little-endian or as varints, text as UTF-8.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CallWriter : IDisposable
{
    private byte[] _buffer;

    internal CallWriter(CodecRegistry codecs, int capacity = 256)
    {
        Codecs = codecs;
        _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    }

    internal CodecRegistry Codecs { get; }

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Write<T>(T? value) => Codecs.Get<T>().Write(this, value!);

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        Length = 0;
    }

    internal void Reset() => Length = 0;

    internal Span<byte> Take(int count)
    {
        if (_buffer.Length - Length < count)
            Grow(count);
        var span = _buffer.AsSpan(Length, count);
        Length += count;
        return span;
    }

    internal void WriteByte(byte value) => Take(1)[0] = value;

    internal void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    internal void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    internal void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    internal void WriteBytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    internal void WriteCount(int value)
    {
        var rest = (uint)value;
        while (rest >= 0x80)
        {
            WriteByte((byte)(rest | 0x80));
            rest >>= 7;
        }

        WriteByte((byte)rest);
    }

    internal void WriteString(string? value)
    {
        if (value is null)
        {
            WriteCount(0);
            return;
        }

        var bytes = Encoding.UTF8.GetByteCount(value);
        WriteCount(bytes + 1);
        Encoding.UTF8.GetBytes(value, Take(bytes));
    }

    /// <summary>Overwrites four bytes written before.</summary>
    internal void PatchInt32(int position, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(position, 4), value);

    /// <summary>Takes back everything after <paramref name="length"/>.</summary>
    internal void Truncate(int length) => Length = length;

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + count));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
