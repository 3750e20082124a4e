using System.Buffers;
using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.Core;

/// <summary>Compresses and expands single messages; expanding stops at a limit, so that a small message cannot fill memory.</summary>
internal static class MessageCompression
{
    private const int ChunkBytes = 16 * 1024;

    public static void Compress(
        ICompressionProvider provider, CompressionLevel? level, ReadOnlySpan<byte> payload, PayloadBuffer target)
    {
        using var sink = new PayloadStream(target);
        using var compressor = provider.CreateCompressionStream(sink, level);
        compressor.Write(payload);
    }

    /// <returns>False when the message is larger than the limit.</returns>
    public static bool TryExpand(ICompressionProvider provider, ReadOnlySequence<byte> payload, int? maxBytes, PayloadBuffer target)
    {
        using var source = new SequenceStream(payload);
        using var expander = provider.CreateDecompressionStream(source);
        while (true)
        {
            var read = expander.Read(target.GetSpan(ChunkBytes));
            if (read == 0)
            {
                return true;
            }

            target.Advance(read);
            if (target.Length > maxBytes)
            {
                return false;
            }
        }
    }

    /// <summary>The providers by name, and what <c>grpc-accept-encoding</c> says of them.</summary>
    public static (Dictionary<string, ICompressionProvider> Providers, string Accept) Describe(
        IEnumerable<ICompressionProvider> providers)
    {
        var byName = new Dictionary<string, ICompressionProvider>(StringComparer.Ordinal);
        foreach (var provider in providers)
        {
            byName[provider.EncodingName] = provider;
        }

        return (byName, string.Join(',', byName.Keys.Prepend(Wire.Identity)));
    }

    public static List<ICompressionProvider> Defaults() =>
        [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];
}
