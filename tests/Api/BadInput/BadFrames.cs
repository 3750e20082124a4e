using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Engine.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Engine.Api.Tests.BadInput;

/// <summary>Requests that no generated client sends: bytes that are no message, no frame, no method.</summary>
internal static class BadFrames
{
    private const string Send = "/engine.v1.ConversationService/SendMessage";
    private const string Watch = "/engine.v1.ConversationService/WatchConversation";
    private const string Reflect = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    private static readonly Expected Unparsable = new(StatusCode.InvalidArgument, "MESSAGE_UNPARSABLE");

    public static Dictionary<string, Row> Rows { get; } = new()
    {
        ["frame: bytes that are no protobuf"] = new(Send, Frame([0xFF, 0xFF, 0xFF, 0xFF]), Unparsable),
        ["frame: a text that ends too early"] = new(Send, Frame([0x0A, 0x7F, (byte)'x']), Unparsable),
        ["frame: no protobuf, to a stream"] = new(Watch, Frame([0xFF, 0xFF, 0xFF, 0xFF]), Unparsable),
        ["frame: no protobuf, to a stream of requests"] = new(Reflect, Frame([0xFF, 0xFF, 0xFF, 0xFF]), Unparsable),
        ["frame: shorter than it says"] = new(Send, [0, 0, 0, 0, 200, 1, 2, 3], Unparsable),
        ["frame: head only in part"] = new(Send, [0, 0, 0], Unparsable),
        ["frame: none"] = new(Send, [], Unparsable),
        ["frame: garbage"] = new(Send, [.. Enumerable.Repeat((byte)0xEE, 64)], Unparsable),
        ["frame: two where one belongs"] = new(Send, [.. Frame([]), .. Frame([])], Unparsable),
        ["frame: says compressed, does not say how"] = new(Send, [1, 0, 0, 0, 1, 0], Unparsable),
        ["frame: compressed in an unknown way"] = new(
            Send, [1, 0, 0, 0, 1, 0], new(StatusCode.Unimplemented, "ENCODING_UNSUPPORTED"), Encoding: "sdch"),
        ["frame: larger than the server takes"] = new(
            Send, Frame(new byte[1024 * 1024 + 1]), new(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE")),
        ["frame: says it is of four gigabytes"] = new(
            Send, [0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3], new(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE")),
        ["frame: text that is not UTF-8"] = new(
            Send, Frame(BrokenText()), new(StatusCode.InvalidArgument, "MESSAGE_UNPARSABLE", "content.text")),
        ["method: unknown, of a known service"] = new(
            "/engine.v1.ConversationService/DropEverything", Frame([]), new(StatusCode.Unimplemented, "METHOD_UNKNOWN")),
        ["method: of an unknown service"] = new("/engine.v9.Nothing/Get", Frame([]), new(StatusCode.Unimplemented, "METHOD_UNKNOWN")),
    };

    /// <summary>Sends the bytes and reads the answer as a client would.</summary>
    public static async Task<RpcException> SendAsync(BadInputWorld world, Row row)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Address, row.Path))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(row.Body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", world.AdminKey);
        if (row.Encoding is not null) request.Headers.Add("grpc-encoding", row.Encoding);
        using var response = await http.SendAsync(request).WaitAsync(Until.Deadline);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());

        var answer = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        var code = (StatusCode)int.Parse(answer.GetValues("grpc-status").Single(), System.Globalization.CultureInfo.InvariantCulture);
        var trailers = new Metadata();
        if (answer.TryGetValues("grpc-status-details-bin", out var details)) trailers.Add("grpc-status-details-bin", FromBase64(details.Single()));
        return new RpcException(new Status(code, Uri.UnescapeDataString(answer.GetValues("grpc-message").Single())), trailers);
    }

    private static byte[] FromBase64(string text) => Convert.FromBase64String(text.TrimEnd('=').PadRight((text.TrimEnd('=').Length + 3) / 4 * 4, '='));

    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>A sound message, in which the text is then broken.</summary>
    private static byte[] BrokenText()
    {
        var bytes = new SendMessageRequest
        {
            RequestId = "r", Conversation = "conversations/c", Content = new Content { Text = "caf\u00E9" },
        }.ToByteArray();
        bytes[bytes.AsSpan().IndexOf("caf"u8) + 4] = (byte)'!';
        return bytes;
    }

    internal sealed record Row(string Path, byte[] Body, Expected Expected, string? Encoding = null);
}
