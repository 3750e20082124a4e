using System.IO.Compression;
using System.Net;
using Engine.Runtime.Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Engine.Runtime.Grpc.Tests;

public sealed class MalformedRequestTests
{
    private const string Unary = "/engine.runtime.grpc.tests.Trial/Unary";
    private const string Upload = "/engine.runtime.grpc.tests.Trial/Upload";

    public static TheoryData<string, string, byte[], string, string> Bodies() => new()
    {
        { "no message", Unary, [], "13", "Incomplete message." },
        { "half a header", Unary, [0, 0, 0], "13", "Incomplete message." },
        { "half a message", Unary, RawHttp.Frame([1, 2, 3], length: 10), "13", "Incomplete message." },
        { "two messages", Unary, [.. RawHttp.Frame([]), .. RawHttp.Frame([])], "13", "Additional data after the message received." },
        { "garbage after", Unary, [.. RawHttp.Frame([]), 9], "13", "Additional data after the message received." },
        { "flag 2", Unary, RawHttp.Frame([], flag: 2), "13", "Unexpected compressed flag value in message header." },
        { "compressed, no encoding", Unary, RawHttp.Frame([1], flag: 1), "13", "Request did not include grpc-encoding value with compressed message." },
        { "announces 4 GiB", Unary, RawHttp.Frame([1], length: -1), "8", "Received message exceeds the maximum configured message size." },
        { "announces 5 MiB", Unary, RawHttp.Frame([1], length: 5 << 20), "8", "Received message exceeds the maximum configured message size." },
        { "no protobuf", Unary, RawHttp.Frame([0xFF, 0xFF, 0xFF]), "2", "Exception was thrown by handler." },
        { "truncated protobuf", Unary, RawHttp.Frame([0x0A, 0x50, 0x41]), "2", "Exception was thrown by handler." },
        { "stream: half a message", Upload, RawHttp.Frame([1, 2, 3], length: 10), "13", "Incomplete message." },
        { "stream: no protobuf", Upload, RawHttp.Frame([0xFF, 0xFF, 0xFF]), "2", "Exception was thrown by handler." },
        { "stream: announces 4 GiB", Upload, RawHttp.Frame([1], length: -1), "8", "Received message exceeds the maximum configured message size." },
        { "unknown method", "/engine.runtime.grpc.tests.Trial/Nope", RawHttp.Frame([]), "12", "Method is unimplemented." },
        { "unknown service", "/nope.Nope/Unary", RawHttp.Frame([]), "12", "Service is unimplemented." },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Malformed_requests_are_refused_with_trailers_only(
        string name, string path, byte[] body, string status, string message)
    {
        await using var server = await TrialServer.StartAsync();
        using var http = new RawHttp(server.Address);

        var response = await Soon.Within(http.PostAsync(path, body));

        Assert.True(response.Status == status, $"{name}: {response.Status} {response.Message}");
        Assert.Equal(message, response.Message);
        Assert.True(response.TrailersOnly, name);
        Assert.Equal(200, response.HttpStatus);
        Assert.Equal("application/grpc", response.Headers["content-type"]);
        Assert.Empty(response.Body);
    }

    [Theory]
    [InlineData("application/json", "Content-Type 'application/json' is not supported.")]
    [InlineData("application/grpcx", "Content-Type 'application/grpcx' is not supported.")]
    [InlineData("application/grpc-web", "Content-Type 'application/grpc-web' is not supported.")]
    [InlineData(null, "Content-Type is missing from the request.")]
    public async Task A_wrong_content_type_is_415(string? contentType, string message)
    {
        await using var server = await TrialServer.StartAsync();
        using var http = new RawHttp(server.Address);

        var response = await Soon.Within(http.SendAsync(HttpMethod.Post, Unary, RawHttp.Frame([]), contentType));

        Assert.Equal(415, response.HttpStatus);
        Assert.Equal("13", response.Status);
        Assert.Equal(message, response.Message);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    public async Task Content_types_with_suffix_or_parameters_are_taken(string contentType)
    {
        await using var server = await TrialServer.StartAsync();
        using var http = new RawHttp(server.Address);

        var response = await Soon.Within(http.SendAsync(HttpMethod.Post, Unary, RawHttp.Frame([]), contentType));

        Assert.Equal(200, response.HttpStatus);
        Assert.Equal("0", response.Status);
        Assert.False(response.TrailersOnly);
    }

    [Fact]
    public async Task HTTP_1_is_426()
    {
        await using var server = await TrialServer.StartAsync(listen: l => l.Protocols = HttpProtocols.Http1);
        using var http = new RawHttp(server.Address, HttpVersion.Version11);

        var response = await Soon.Within(http.PostAsync(Unary, RawHttp.Frame([])));

        Assert.Equal(426, response.HttpStatus);
        Assert.Equal("h2", response.Headers["upgrade"]);
        Assert.Equal("13", response.Status);
        Assert.Equal("Request protocol 'HTTP/1.1' is not supported.", response.Message);
    }

    [Fact]
    public async Task GET_is_405()
    {
        await using var server = await TrialServer.StartAsync();
        using var http = new RawHttp(server.Address);

        var response = await Soon.Within(http.SendAsync(HttpMethod.Get, Unary, [], "application/grpc"));

        Assert.Equal(405, response.HttpStatus);
    }

    [Fact]
    public async Task IgnoreUnknownServices_leaves_them_to_others()
    {
        await using var server = await TrialServer.StartAsync(grpc: o => o.IgnoreUnknownServices = true);
        using var http = new RawHttp(server.Address);

        Assert.Equal(404, (await Soon.Within(http.PostAsync("/nope.Nope/Unary", RawHttp.Frame([])))).HttpStatus);
    }

    [Fact]
    public async Task An_unknown_encoding_is_UNIMPLEMENTED_and_names_the_known_ones()
    {
        await using var server = await TrialServer.StartAsync();
        using var http = new RawHttp(server.Address);

        var response = await Soon.Within(http.PostAsync(Unary, RawHttp.Frame([1], flag: 1), ("grpc-encoding", "lzma")));

        Assert.Equal("12", response.Status);
        Assert.Equal("identity,gzip,deflate", response.Headers["grpc-accept-encoding"]);
    }

    [Fact]
    public async Task Bytes_that_are_not_gzip_are_INTERNAL()
    {
        await using var server = await TrialServer.StartAsync();
        using var http = new RawHttp(server.Address);

        var response = await Soon.Within(http.PostAsync(Unary, RawHttp.Frame([1, 2, 3, 4], flag: 1), ("grpc-encoding", "gzip")));

        Assert.Equal("13", response.Status);
    }

    [Fact]
    public async Task A_small_message_that_expands_without_end_is_RESOURCE_EXHAUSTED()
    {
        await using var server = await TrialServer.StartAsync();
        using var http = new RawHttp(server.Address);
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 64; i++)
            {
                await gzip.WriteAsync(zeros);
            }
        }

        var response = await Soon.Within(http.PostAsync(Unary, RawHttp.Frame(bomb.ToArray(), flag: 1), ("grpc-encoding", "gzip")));

        Assert.Equal("8", response.Status);
    }

    [Fact]
    public async Task Middleware_can_amend_what_never_reaches_an_interceptor()
    {
        await using var server = await TrialServer.StartAsync(app: app => app.Use(async (context, next) =>
        {
            await next(context);
            var headers = context.Response.HasStarted
                ? context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers
                : context.Response.Headers;
            if (headers is not null && headers.TryGetValue("grpc-status", out var status) && status != "0")
            {
                headers["grpc-status-details-bin"] = "ZGV0YWlscw";
            }
        }));
        using var http = new RawHttp(server.Address);
        foreach (var (path, body) in new[]
        {
            (Unary, RawHttp.Frame([1], length: 5 << 20)),
            (Unary, RawHttp.Frame([0xFF, 0xFF, 0xFF])),
            ("/nope.Nope/Unary", RawHttp.Frame([])),
        })
        {
            var response = await Soon.Within(http.PostAsync(path, body));
            Assert.Equal("ZGV0YWlscw", response.Headers["grpc-status-details-bin"]);
        }

        Assert.False((await Soon.Within(http.PostAsync(Unary, RawHttp.Frame([])))).Headers.ContainsKey("grpc-status-details-bin"));
    }
}
