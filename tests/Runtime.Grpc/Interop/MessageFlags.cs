using System.Collections.Concurrent;

namespace Engine.Runtime.Grpc.Tests.Interop;

/// <summary>Which messages that passed by were compressed: the first byte of each says so, and no API tells.</summary>
public sealed class MessageFlags
{
    private readonly ConcurrentQueue<bool> _seen = new();

    /// <summary>Whether the next message was compressed.</summary>
    public bool Next() => _seen.TryDequeue(out var compressed) ? compressed : throw new InvalidOperationException("There was no further message.");

    /// <summary>Those seen since the last time.</summary>
    public IReadOnlyList<bool> TakeAll()
    {
        var all = new List<bool>();
        while (_seen.TryDequeue(out var compressed))
        {
            all.Add(compressed);
        }

        return all;
    }

    public Stream Watch(Stream stream) => new WatchedStream(stream, this);

    private sealed class WatchedStream(Stream inner, MessageFlags flags) : Stream
    {
        private readonly byte[] _header = new byte[5];
        private int _headerBytes;
        private long _left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Seen(buffer.AsSpan(offset), inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            return Seen(buffer.Span, count);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }

        private int Seen(ReadOnlySpan<byte> buffer, int count)
        {
            var bytes = buffer[..count];
            while (!bytes.IsEmpty)
            {
                if (_left > 0)
                {
                    var skipped = (int)Math.Min(_left, bytes.Length);
                    _left -= skipped;
                    bytes = bytes[skipped..];
                    continue;
                }

                _header[_headerBytes++] = bytes[0];
                bytes = bytes[1..];
                if (_headerBytes == _header.Length)
                {
                    _headerBytes = 0;
                    _left = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1));
                    flags._seen.Enqueue(_header[0] == 1);
                }
            }

            return count;
        }
    }
}
