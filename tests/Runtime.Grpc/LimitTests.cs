using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Google.Protobuf;
using Grpc.Core;

namespace Engine.Runtime.Grpc.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task Requests_over_four_MiB_are_RESOURCE_EXHAUSTED_by_default()
    {
        await using var server = await TrialServer.StartAsync();

        var exception = await FailAsync(server.Client(), new TrialRequest { Payload = Bytes(4 * 1024 * 1024) });

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Equal("Received message exceeds the maximum configured message size.", exception.Status.Detail);
    }

    [Fact]
    public async Task Without_limits_large_messages_pass()
    {
        await using var server = await TrialServer.StartAsync(grpc: o => o.MaxReceiveMessageSize = null);
        var client = server.Client(o => o.MaxReceiveMessageSize = null);

        var reply = await Soon.Within(client.UnaryAsync(new TrialRequest { Payload = Bytes(12 << 20) }).ResponseAsync);

        Assert.Equal(12 << 20, reply.Payload.Length);
    }

    [Fact]
    public async Task Responses_over_the_server_limit_are_RESOURCE_EXHAUSTED()
    {
        await using var server = await TrialServer.StartAsync(grpc: o => o.MaxSendMessageSize = 100);

        var exception = await FailAsync(server.Client(), new TrialRequest { ResponseBytes = 200 });

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Equal("Sending message exceeds the maximum configured message size.", exception.Status.Detail);
    }

    [Fact]
    public async Task Requests_over_the_client_limit_are_never_sent()
    {
        await using var server = await TrialServer.StartAsync();

        var exception = await FailAsync(server.Client(o => o.MaxSendMessageSize = 100), new TrialRequest { Payload = Bytes(200) });

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
    }

    [Fact]
    public async Task Responses_over_the_client_limit_are_RESOURCE_EXHAUSTED()
    {
        await using var server = await TrialServer.StartAsync();
        var client = server.Client(o => o.MaxReceiveMessageSize = 100);

        Assert.Equal(StatusCode.ResourceExhausted, (await FailAsync(client, new TrialRequest { ResponseBytes = 200 })).StatusCode);
        using var call = client.Download(new TrialRequest { ResponseBytes = 200, ResponseCount = 1 });
        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
    }

    [Fact]
    public async Task A_slow_reader_slows_its_writer()
    {
        await using var server = await TrialServer.StartAsync();
        var written = 0;
        server.Hooks.Download = async (_, responses, context) =>
        {
            for (var i = 0; i < 500; i++)
            {
                await responses.WriteAsync(new TrialReply { Payload = Bytes(100_000) });
                Interlocked.Increment(ref written);
            }
        };
        using var call = server.Client().Download(new TrialRequest());
        Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));

        // Windows and buffers hold some; 50 MB they do not.
        var seen = -1;
        await Soon.TrueAsync(
            () =>
            {
                var before = seen;
                seen = Volatile.Read(ref written);
                return before == seen && seen > 0;
            },
            "the writer rests");
        Assert.InRange(seen, 1, 400);

        var count = 1;
        while (await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)))
        {
            count++;
        }

        Assert.Equal(500, count);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Messages_are_compressed_both_ways_where_asked(string algorithm)
    {
        await using var server = await TrialServer.StartAsync(grpc: o => o.ResponseCompressionAlgorithm = algorithm);
        server.Hooks.Unary = (request, context) => Task.FromResult(new TrialReply
        {
            Text = context.GetHttpContext().Request.Headers["grpc-encoding"].ToString(),
            Payload = request.Payload,
        });
        using var call = server.Client().UnaryAsync(
            new TrialRequest { Payload = Bytes(100_000) },
            new Metadata { { "grpc-internal-encoding-request", algorithm } });

        var reply = await Soon.Within(call.ResponseAsync);

        Assert.Equal(algorithm, reply.Text);
        Assert.Equal(100_000, reply.Payload.Length);
    }

    [Fact]
    public async Task A_response_is_compressed_only_for_those_who_accept_it_and_only_if_not_forbidden()
    {
        await using var server = await TrialServer.StartAsync(grpc: o => o.ResponseCompressionAlgorithm = "gzip");
        server.Hooks.Unary = (request, context) =>
        {
            if (request.Number == 1)
            {
                context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
            }

            return Task.FromResult(new TrialReply { Payload = Bytes(10_000) });
        };
        using var http = new RawHttp(server.Address);
        const string Path = "/engine.runtime.grpc.tests.Trial/Unary";

        var accepted = await http.PostAsync(Path, RawHttp.Frame([]), ("grpc-accept-encoding", "identity, gzip"));
        var plain = await http.PostAsync(Path, RawHttp.Frame([]));
        var forbidden = await http.PostAsync(Path, RawHttp.Frame([0x60, 1]), ("grpc-accept-encoding", "gzip"));

        Assert.Equal(1, accepted.Body[0]);
        Assert.Equal("gzip", accepted.Headers["grpc-encoding"]);
        Assert.True(accepted.Body.Length < 1000);
        Assert.Equal(0, plain.Body[0]);
        Assert.Equal(0, forbidden.Body[0]);
    }

    [Fact]
    public async Task Detailed_errors_show_the_exception_only_where_enabled()
    {
        await using var quiet = await TrialServer.StartAsync();
        await using var open = await TrialServer.StartAsync(grpc: o => o.EnableDetailedErrors = true);
        quiet.Hooks.Unary = open.Hooks.Unary = (_, _) => throw new InvalidOperationException("secret");

        var hidden = await FailAsync(quiet.Client(), new TrialRequest());
        var shown = await FailAsync(open.Client(), new TrialRequest());

        Assert.Equal(new Status(StatusCode.Unknown, "Exception was thrown by handler."), hidden.Status);
        Assert.Equal("Exception was thrown by handler. InvalidOperationException: secret", shown.Status.Detail);
    }

    [Fact]
    public async Task Concurrent_writes_are_refused()
    {
        await using var server = await TrialServer.StartAsync();
        var second = new TaskCompletionSource<Exception?>();
        server.Hooks.Download = async (_, responses, _) =>
        {
            // Not taken before the client reads.
            var first = responses.WriteAsync(new TrialReply { Payload = Bytes(20 << 20) });
            second.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(new TrialReply())));
            await first;
        };
        var client = server.Client(o => o.MaxReceiveMessageSize = null);
        using var call = client.Download(new TrialRequest());

        Assert.IsType<InvalidOperationException>(await Soon.Within(second.Task));
        Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.False(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
    }

    private static Task<RpcException> FailAsync(Trial.TrialClient client, TrialRequest request) =>
        Assert.ThrowsAsync<RpcException>(() => Soon.Within(client.UnaryAsync(request).ResponseAsync));

    private static ByteString Bytes(int count) => ByteString.CopyFrom(new byte[count]);
}
