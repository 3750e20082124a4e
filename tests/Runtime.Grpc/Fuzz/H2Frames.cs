using System.Buffers.Binary;
using System.Text;

namespace Engine.Runtime.Grpc.Tests.Fuzz;

/// <summary>HTTP/2 frames as bytes, with nothing to stop them from being wrong.</summary>
public static class H2Frames
{
    public static byte[] Preface { get; } = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        frame[1] = (byte)(payload.Length >> 8);
        frame[2] = (byte)payload.Length;
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    public static byte[] Settings() => Frame(4, 0, 0, []);

    public static byte[] Data(int stream, ReadOnlySpan<byte> payload, bool end) => Frame(0, end ? (byte)1 : (byte)0, stream, payload);

    public static byte[] Reset(int stream, int code)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, code);
        return Frame(3, 0, stream, payload);
    }

    public static byte[] WindowUpdate(int stream, int increment)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        return Frame(8, 0, stream, payload);
    }

    /// <summary>Headers as literals without indexing and without Huffman coding.</summary>
    public static byte[] Headers(int stream, bool end, params (string Name, string Value)[] headers)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            Text(block, name);
            Text(block, value);
        }

        return Frame(1, (byte)(end ? 5 : 4), stream, block.ToArray());
    }

    private static void Text(MemoryStream block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var length = bytes.Length;
        if (length < 127)
        {
            block.WriteByte((byte)length);
        }
        else
        {
            block.WriteByte(127);
            length -= 127;
            while (length >= 128)
            {
                block.WriteByte((byte)(length | 128));
                length >>= 7;
            }

            block.WriteByte((byte)length);
        }

        block.Write(bytes);
    }
}
