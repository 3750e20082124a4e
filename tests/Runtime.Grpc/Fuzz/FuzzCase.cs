using System.Net;
using System.Net.Sockets;
using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Google.Protobuf;

namespace Engine.Runtime.Grpc.Tests.Fuzz;

/// <summary>One connection that misbehaves as its seed says.</summary>
public sealed class FuzzCase(int seed)
{
    private static readonly string[] Methods = ["Unary", "Download", "Upload", "Chat", "Nope", "", "Unary/x"];
    private static readonly string[] Timeouts = ["1m", "50m", "1n", "99999999H", "-1S", "x", "", "123456789m", "0S"];
    private static readonly string[] Encodings = ["gzip", "identity", "deflate", "lzma", ""];
    private static readonly string[] ContentTypes =
        ["application/grpc", "application/grpc", "application/grpc", "application/grpc+proto", "text/plain", ""];

#pragma warning disable CA5394 // A seed has to give the same case again.
    private readonly Random _random = new(seed);

    public async Task RunAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
        try
        {
            foreach (var piece in Cut(Conversation()))
            {
                await socket.SendAsync(piece, SocketFlags.None, cancellationToken);
            }

            await ReadSomeAsync(socket, cancellationToken);
            if (Chance(30))
            {
                // Hang up with a reset instead of an end.
                socket.LingerState = new LingerOption(true, 0);
            }
        }
        catch (SocketException)
        {
            // The server hung up first, as it should on some of these.
        }
    }

    private byte[] Conversation()
    {
        var frames = new List<byte[]> { H2Frames.Preface, H2Frames.Settings() };
        var streams = Chance(5) ? 120 : _random.Next(1, 5);
        for (var i = 0; i < streams; i++)
        {
            AddCall(frames, (2 * i) + 1);
        }

        if (Chance(20))
        {
            Shuffle(frames);
        }

        var bytes = frames.SelectMany(f => f).ToArray();
        var flips = Chance(40) ? _random.Next(1, 6) : 0;
        for (var i = 0; i < flips; i++)
        {
            // Mostly behind the preface, or everything ends there.
            bytes[_random.Next(Chance(95) ? Math.Min(33, bytes.Length - 1) : 0, bytes.Length)] ^= (byte)(1 << _random.Next(8));
        }

        return Chance(15) ? bytes[.._random.Next(bytes.Length)] : bytes;
    }

    private void AddCall(List<byte[]> frames, int stream)
    {
        var headers = new List<(string, string)>
        {
            (":method", Chance(97) ? "POST" : "GET"),
            (":scheme", "http"),
            (":path", "/engine.runtime.grpc.tests.Trial/" + Pick(Methods)),
            (":authority", "localhost"),
            ("content-type", Pick(ContentTypes)),
            ("te", "trailers"),
        };
        AddIf(30, "grpc-timeout", Pick(Timeouts));
        AddIf(20, "grpc-encoding", Pick(Encodings));
        AddIf(20, "grpc-accept-encoding", Pick(Encodings));
        AddIf(20, "x-some-bin", Pick(["AQ", "AQ==", "!!!", ",,,", new string('A', 3000)]));
        frames.Add(H2Frames.Headers(stream, Chance(5), [.. headers]));
        var messages = _random.Next(0, 4);
        for (var i = 0; i < messages; i++)
        {
            var frame = Message();
            var cut = Chance(30) ? _random.Next(frame.Length + 1) : frame.Length;
            frames.Add(H2Frames.Data(stream, frame.AsSpan(0, cut), end: false));
            if (cut < frame.Length)
            {
                frames.Add(H2Frames.Data(stream, frame.AsSpan(cut), end: false));
            }
        }

        frames.Add(_random.Next(6) switch
        {
            0 => H2Frames.Reset(stream, _random.Next(14)),
            1 => H2Frames.WindowUpdate(Chance(50) ? 0 : stream, _random.Next()),
            2 => H2Frames.Frame((byte)_random.Next(12), (byte)_random.Next(256), Chance(50) ? 0 : stream, Noise(20)),
            3 => [],
            _ => H2Frames.Data(stream, [], end: true),
        });

        void AddIf(int percent, string name, string value)
        {
            if (Chance(percent))
            {
                headers.Add((name, value));
            }
        }
    }

    private byte[] Message()
    {
        var payload = Chance(80)
            ? new TrialRequest
            {
                Text = new string('é', _random.Next(50)),
                Payload = ByteString.CopyFrom(Noise(Chance(10) ? 20_000 : 100)),
                ResponseCount = _random.Next(5),
                ResponseBytes = Chance(10) ? 100_000 : _random.Next(100),
                Status = Chance(20) ? _random.Next(20) : 0,
                StatusMessage = "m\n" + new string('ü', _random.Next(5)),
            }.ToByteArray()
            : Noise(100);
        return RawHttp.Frame(
            payload,
            flag: Chance(90) ? (byte)0 : (byte)_random.Next(256),
            length: Chance(90) ? null : _random.Next(-5, payload.Length * 2));
    }

    private IEnumerable<ArraySegment<byte>> Cut(byte[] bytes)
    {
        var at = 0;
        var slow = Chance(10);
        while (at < bytes.Length)
        {
            var length = slow ? Math.Min(_random.Next(1, 40), bytes.Length - at) : bytes.Length - at;
            yield return new ArraySegment<byte>(bytes, at, length);
            at += length;
        }
    }

    private async Task ReadSomeAsync(Socket socket, CancellationToken cancellationToken)
    {
        if (Chance(30))
        {
            return;
        }

        var buffer = new byte[_random.Next(1, 20_000)];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_random.Next(1, 30));
        try
        {
            while (await socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token) > 0)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // Heard enough.
        }
    }

    private void Shuffle(List<byte[]> frames)
    {
        for (var i = 2; i < frames.Count; i++)
        {
            var other = _random.Next(2, frames.Count);
            (frames[i], frames[other]) = (frames[other], frames[i]);
        }
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    private byte[] Noise(int max)
    {
        var bytes = new byte[_random.Next(max)];
        _random.NextBytes(bytes);
        return bytes;
    }
#pragma warning restore CA5394
}
