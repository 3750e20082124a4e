using System.Buffers.Binary;
using System.Text;

namespace Orleans.Runtime.AdoNet;

/// <summary>
/// How a grain's identity is spread over the columns of the storage table, the same as in the official provider: a database then
/// serves both runtimes.
/// </summary>
/// <param name="N0">The first half of a Guid key.</param>
/// <param name="N1">The second half of a Guid key, or an integer key.</param>
/// <param name="Text">The key's extension, or all of a key that is text.</param>
/// <param name="Hash">Of the key as bytes, from the last to the first.</param>
internal readonly record struct StorageKey(long N0, long N1, string? Text, int Hash)
{
    public static StorageKey Of(GrainId grainId)
    {
        if (grainId.TryGetGuidKey(out var guid, out var extension))
        {
            var bytes = guid.ToByteArray();
            return new StorageKey(
                BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)),
                extension, HashBackwards(bytes, extension));
        }

        if (grainId.TryGetIntegerKey(out var number, out extension))
        {
            var bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            return new StorageKey(0, number, extension, HashBackwards(bytes, extension));
        }

        var text = grainId.Key.ToString()!;
        return new StorageKey(0, 0, text, HashBackwards([], text));
    }

    /// <summary>The hash that names and identities have everywhere in Orleans.</summary>
    public static int HashOf(ReadOnlySpan<byte> bytes) =>
        unchecked((int)BinaryPrimitives.ReverseEndianness(XxHash32.Compute(bytes)));

    private static int HashBackwards(byte[] key, string? text)
    {
        byte[] bytes = [.. key, .. Encoding.UTF8.GetBytes(text ?? "")];
        Array.Reverse(bytes);
        return HashOf(bytes);
    }
}
