using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Google.Protobuf;
using Grpc.Core;

namespace Engine.Runtime.Grpc.Tests;

public sealed class CallKindTests
{
    [Fact]
    public async Task Unary_returns_the_reply_with_status_OK()
    {
        await using var server = await TrialServer.StartAsync();
        using var call = server.Client().UnaryAsync(new TrialRequest { Text = "ciao", Number = 7 });

        var reply = await Soon.Within(call.ResponseAsync);

        Assert.Equal("ciao", reply.Text);
        Assert.Equal(7, reply.Number);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
    }

    [Fact]
    public async Task Unary_blocking_returns_the_reply()
    {
        await using var server = await TrialServer.StartAsync();

        Assert.Equal("x", server.Client().Unary(new TrialRequest { Text = "x" }).Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4085)]
    [InlineData(4086)]
    [InlineData(4091)]
    [InlineData(5000)]
    [InlineData(65_536)]
    [InlineData(1_000_000)]
    [InlineData(4_000_000)]
    public async Task Unary_carries_payloads_of_any_size_both_ways(int bytes)
    {
        await using var server = await TrialServer.StartAsync();
        var payload = new byte[bytes];
        new Random(bytes).NextBytes(payload);

        var reply = await server.Client().UnaryAsync(new TrialRequest { Payload = ByteString.CopyFrom(payload) });

        Assert.Equal(payload, reply.Payload.ToByteArray());
    }

    [Fact]
    public async Task Empty_messages_are_carried()
    {
        await using var server = await TrialServer.StartAsync();

        Assert.Equal(new TrialReply(), await server.Client().UnaryAsync(new TrialRequest()));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 10)]
    [InlineData(1000, 100)]
    [InlineData(50, 100_000)]
    public async Task Server_streaming_delivers_all_in_order(int count, int bytes)
    {
        await using var server = await TrialServer.StartAsync();
        using var call = server.Client().Download(new TrialRequest { ResponseCount = count, ResponseBytes = bytes });

        var numbers = new List<long>();
        await foreach (var reply in call.ResponseStream.ReadAllAsync())
        {
            Assert.Equal(bytes, reply.Payload.Length);
            numbers.Add(reply.Number);
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), numbers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Client_streaming_gathers_all()
    {
        await using var server = await TrialServer.StartAsync();
        using var call = server.Client().Upload();
        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new TrialRequest { Text = "a", Payload = ByteString.CopyFrom(new byte[i * 100]) });
        }

        await call.RequestStream.CompleteAsync();
        var reply = await Soon.Within(call.ResponseAsync);

        Assert.Equal(100, reply.Text.Length);
        Assert.Equal(100 * 99 / 2 * 100, reply.Number);
    }

    [Fact]
    public async Task Client_streaming_of_nothing_gets_its_reply()
    {
        await using var server = await TrialServer.StartAsync();
        using var call = server.Client().Upload();
        await call.RequestStream.CompleteAsync();

        Assert.Equal(new TrialReply(), await Soon.Within(call.ResponseAsync));
    }

    [Fact]
    public async Task Duplex_plays_ping_pong()
    {
        await using var server = await TrialServer.StartAsync();
        using var call = server.Client().Chat();
        for (var i = 0; i < 200; i++)
        {
            await call.RequestStream.WriteAsync(new TrialRequest { Number = i, Payload = ByteString.CopyFrom(new byte[i * 37]) });
            Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
            Assert.Equal(i, call.ResponseStream.Current.Number);
            Assert.Equal(i * 37, call.ResponseStream.Current.Payload.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Duplex_of_nothing_ends_with_OK()
    {
        await using var server = await TrialServer.StartAsync();
        using var call = server.Client().Chat();
        await call.RequestStream.CompleteAsync();

        Assert.False(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_thousand_concurrent_calls_get_their_own_replies()
    {
        await using var server = await TrialServer.StartAsync();
        var client = server.Client();

        var replies = await Soon.Within(Task.WhenAll(Enumerable.Range(0, 1000).Select(
            i => client.UnaryAsync(new TrialRequest { Number = i }).ResponseAsync)));

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), replies.Select(r => r.Number));
    }
}
