using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Grpc.Core;

namespace Engine.Runtime.Grpc.Tests;

public sealed class MetadataTests
{
    private const string Unary = "/engine.runtime.grpc.tests.Trial/Unary";

    [Fact]
    public async Task Headers_and_trailers_of_both_kinds_travel_both_ways()
    {
        await using var server = await TrialServer.StartAsync();
        Metadata? seen = null;
        server.Hooks.Unary = async (_, context) =>
        {
            seen = context.RequestHeaders;
            await context.WriteResponseHeadersAsync(new Metadata { { "x-first", "1" }, { "x-raw-bin", new byte[] { 0, 255, 1 } } });
            context.ResponseTrailers.Add("x-last", "2");
            context.ResponseTrailers.Add("x-last-bin", [7, 8]);
            return new TrialReply();
        };
        var headers = new Metadata { { "X-Mixed-Case", "a" }, { "x-twice", "1" }, { "x-twice", "2" }, { "x-blob-bin", new byte[] { 1, 2, 3, 0xFE } } };
        using var call = server.Client().UnaryAsync(new TrialRequest(), headers);

        await Soon.Within(call.ResponseAsync);
        var initial = await call.ResponseHeadersAsync;
        var trailers = call.GetTrailers();

        Assert.Equal("a", seen!.GetValue("x-mixed-case"));
        Assert.Equal(["1", "2"], seen.GetAll("x-twice").SelectMany(e => e.Value.Split(',', StringSplitOptions.TrimEntries)));
        Assert.Equal([1, 2, 3, 0xFE], seen.GetValueBytes("x-blob-bin")!);
        Assert.Null(seen.Get("te"));
        Assert.Null(seen.Get("content-type"));
        Assert.Equal("1", initial.GetValue("x-first"));
        Assert.Equal([0, 255, 1], initial.GetValueBytes("x-raw-bin")!);
        Assert.Equal("2", trailers.GetValue("x-last"));
        Assert.Equal([7, 8], trailers.GetValueBytes("x-last-bin")!);
        Assert.Null(trailers.Get("grpc-status"));
    }

    [Theory]
    [InlineData("AQID", new byte[] { 1, 2, 3 })]
    [InlineData("AQ==", new byte[] { 1 })]
    [InlineData("AQ", new byte[] { 1 })]
    [InlineData("AQI", new byte[] { 1, 2 })]
    [InlineData("", new byte[0])]
    public async Task Binary_headers_are_read_padded_and_unpadded(string text, byte[] expected)
    {
        await using var server = await TrialServer.StartAsync();
        Metadata? seen = null;
        server.Hooks.Unary = (_, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(new TrialReply());
        };
        using var http = new RawHttp(server.Address);

        await Soon.Within(http.PostAsync(Unary, RawHttp.Frame([]), ("x-bin", text)));

        Assert.Equal(expected, seen!.GetValueBytes("x-bin")!);
    }

    [Fact]
    public async Task Binary_headers_joined_by_commas_are_several()
    {
        await using var server = await TrialServer.StartAsync();
        Metadata? seen = null;
        server.Hooks.Unary = (_, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(new TrialReply());
        };
        using var http = new RawHttp(server.Address);

        await Soon.Within(http.PostAsync(Unary, RawHttp.Frame([]), ("x-bin", "AQ==,Ag, Aw==")));

        Assert.Equal([1, 2, 3], seen!.GetAll("x-bin").Select(e => e.ValueBytes.Single()));
    }

    [Fact]
    public async Task A_binary_header_that_is_no_base64_is_INTERNAL_when_read()
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Unary = (_, context) => Task.FromResult(new TrialReply { Number = context.RequestHeaders.Count });
        using var http = new RawHttp(server.Address);

        Assert.Equal("13", (await Soon.Within(http.PostAsync(Unary, RawHttp.Frame([]), ("x-bin", "!!")))).Status);
    }

    [Fact]
    public async Task Response_headers_are_sent_once()
    {
        await using var server = await TrialServer.StartAsync();
        Exception? second = null;
        server.Hooks.Unary = async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            second = await Record.ExceptionAsync(() => context.WriteResponseHeadersAsync([]));
            return new TrialReply();
        };

        await server.Client().UnaryAsync(new TrialRequest());

        Assert.IsType<InvalidOperationException>(second);
    }

    [Fact]
    public async Task Response_headers_arrive_before_the_first_message()
    {
        await using var server = await TrialServer.StartAsync();
        var release = new TaskCompletionSource();
        server.Hooks.Download = async (_, responses, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "x-early", "yes" } });
            await release.Task;
            await responses.WriteAsync(new TrialReply());
        };
        using var call = server.Client().Download(new TrialRequest());

        Assert.Equal("yes", (await Soon.Within(call.ResponseHeadersAsync)).GetValue("x-early"));
        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
        release.SetResult();
        Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")]
    [InlineData("100% %41 %")]
    public async Task Any_status_message_arrives(string message)
    {
        await using var server = await TrialServer.StartAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(
            server.Client().UnaryAsync(new TrialRequest { Status = 9, StatusMessage = message }).ResponseAsync));

        Assert.Equal(StatusCode.FailedPrecondition, exception.StatusCode);
        Assert.Equal(message, exception.Status.Detail);
    }

    [Fact]
    public async Task Status_details_travel_as_trailers_unary_and_streaming()
    {
        await using var server = await TrialServer.StartAsync();
        var details = new Metadata { { "grpc-status-details-bin", new byte[] { 9, 8, 7 } } };
        server.Hooks.Unary = (_, _) => throw new RpcException(new Status(StatusCode.Aborted, "lost"), details);
        server.Hooks.Download = async (_, responses, _) =>
        {
            await responses.WriteAsync(new TrialReply());
            throw new RpcException(new Status(StatusCode.Aborted, "lost"), details);
        };
        var client = server.Client();

        var unary = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(client.UnaryAsync(new TrialRequest()).ResponseAsync));
        var streaming = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in client.Download(new TrialRequest()).ResponseStream.ReadAllAsync())
            {
            }
        });

        Assert.Equal([9, 8, 7], unary.Trailers.GetValueBytes("grpc-status-details-bin")!);
        Assert.Equal([9, 8, 7], streaming.Trailers.GetValueBytes("grpc-status-details-bin")!);
        Assert.Equal(StatusCode.Aborted, streaming.StatusCode);
    }

    [Fact]
    public async Task A_trailer_HTTP_cannot_carry_becomes_INTERNAL()
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Unary = (_, context) =>
        {
            context.ResponseTrailers.Add("x-bad", "line\nbreak");
            return Task.FromResult(new TrialReply());
        };

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Soon.Within(server.Client().UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Equal(StatusCode.Internal, exception.StatusCode);
    }

    [Fact]
    public void Keys_and_kinds_are_checked()
    {
        Assert.Throws<ArgumentException>(() => new Metadata { { "x-bin", "text" } });
        Assert.Throws<ArgumentException>(() => new Metadata { { "x", new byte[] { 1 } } });
        Assert.Throws<ArgumentException>(() => new Metadata { { "a b", "text" } });
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("x", "y"));
        Assert.Throws<InvalidOperationException>(() => new Metadata.Entry("x-bin", [1]).Value);
        Assert.Equal("x", new Metadata.Entry("X", "y").Key);
    }

    [Fact]
    public async Task The_context_knows_the_call()
    {
        await using var server = await TrialServer.StartAsync();
        (string Method, string Host, string Peer, bool Authenticated, string Path) seen = default;
        server.Hooks.Unary = (_, context) =>
        {
            seen = (context.Method, context.Host, context.Peer, context.AuthContext.IsPeerAuthenticated, context.GetHttpContext().Request.Path);
            context.UserState["k"] = 1;
            context.Status = new Status(StatusCode.OutOfRange, "by status");
            return Task.FromResult(new TrialReply());
        };

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Soon.Within(server.Client().UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Equal(Unary, seen.Method);
        Assert.Equal(Unary, seen.Path);
        Assert.Equal(server.Address.Authority, seen.Host);
        Assert.StartsWith("ipv4:127.0.0.1:", seen.Peer, StringComparison.Ordinal);
        Assert.False(seen.Authenticated);
        Assert.Equal(StatusCode.OutOfRange, exception.StatusCode);
        Assert.Equal("by status", exception.Status.Detail);
    }
}
