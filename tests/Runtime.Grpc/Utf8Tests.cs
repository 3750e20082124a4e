using System.Text;
using Engine.Runtime.Grpc.Tests.Support;

namespace Engine.Runtime.Grpc.Tests;

/// <summary>Not so on the official packages, where the parser replaces bad bytes.</summary>
public sealed class Utf8Tests
{
    private const string Unary = "/engine.runtime.grpc.tests.Trial/Unary";
    private static readonly byte[] Bad = [(byte)'a', 0xC3];

    public static TheoryData<string, byte[]> BadRequests() => new()
    {
        { "text", Field(1, Bad) },
        { "nested.name", Field(7, Field(1, Bad)) },
        { "nested.inner.name", Field(7, Field(2, Field(1, Bad))) },
        { "tags", [.. Field(8, [(byte)'x']), .. Field(8, Bad)] },
        { "attributes.key", Field(9, [.. Field(1, Bad), .. Field(2, [(byte)'v'])]) },
        { "attributes.value", Field(9, [.. Field(1, [(byte)'k']), .. Field(2, Bad)]) },
        { "by_number.value.name", Field(10, [8, 1, .. Field(2, Field(1, Bad))]) },
        { "items.name", Field(11, Field(1, Bad)) },
        { "body", Field(13, Bad) },
        { "form.name", Field(14, Field(1, Bad)) },
        { "note.value", Field(15, Field(1, Bad)) },
        { "late", Field(200, Bad) },
        // Ends in the first byte of a character, and the next tag looks like its second: as a whole valid UTF-8.
        { "text", [.. Field(1, Bad), .. Field(200, "x"u8.ToArray())] },
        { "text", Field(1, [0xED, 0xA0, 0x80]) },
        { "text", Field(1, [0xC0, 0x80]) },
        { "text", Field(1, [.. Enumerable.Repeat((byte)'x', 20_000), 0xFF]) },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task Invalid_UTF8_is_refused_and_the_field_named(string field, byte[] payload)
    {
        await using var server = await TrialServer.StartAsync();
        var called = false;
        server.Hooks.Unary = (request, _) =>
        {
            called = true;
            return Task.FromResult(TrialService.Reply(request));
        };
        using var http = new RawHttp(server.Address);

        var response = await Soon.Within(http.PostAsync(Unary, RawHttp.Frame(payload)));

        Assert.Equal("3", response.Status);
        Assert.Equal($"Field '{field}' is not valid UTF-8.", response.Message);
        Assert.True(response.TrailersOnly);
        Assert.False(called);
    }

    public static TheoryData<string, byte[]> GoodRequests() => new()
    {
        { "text in many scripts", Field(1, Encoding.UTF8.GetBytes("olá perché één selamat 😈 漢字")) },
        { "bytes are no text", Field(2, [0xFF, 0xC3]) },
        { "nor in a nested message", Field(7, Field(3, [0xFF])) },
        { "unknown fields are not looked at", Field(99, [0xFF]) },
        { "numbers", [0x60, 0xFF, 0xFF, 0x03] },
        { "a large text", Field(1, Encoding.UTF8.GetBytes(new string('é', 50_000))) },
    };

    [Theory]
    [MemberData(nameof(GoodRequests))]
    public async Task Everything_else_passes(string name, byte[] payload)
    {
        await using var server = await TrialServer.StartAsync();
        using var http = new RawHttp(server.Address);

        var response = await Soon.Within(http.PostAsync(Unary, RawHttp.Frame(payload)));

        Assert.True(response.Status == "0", $"{name}: {response.Status} {response.Message}");
    }

    [Fact]
    public async Task A_message_of_a_stream_is_refused_too()
    {
        await using var server = await TrialServer.StartAsync();
        using var http = new RawHttp(server.Address);

        var response = await Soon.Within(http.PostAsync(
            "/engine.runtime.grpc.tests.Trial/Upload", [.. RawHttp.Frame(Field(1, "ok"u8.ToArray())), .. RawHttp.Frame(Field(1, Bad))]));

        Assert.Equal("3", response.Status);
    }

    private static byte[] Field(int number, byte[] value)
    {
        using var stream = new MemoryStream();
        var output = new Google.Protobuf.CodedOutputStream(stream);
        output.WriteTag(number, Google.Protobuf.WireFormat.WireType.LengthDelimited);
        output.WriteLength(value.Length);
        output.Flush();
        stream.Write(value);
        return stream.ToArray();
    }
}
