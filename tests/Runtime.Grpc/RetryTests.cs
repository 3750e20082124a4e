using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Engine.Runtime.Grpc.Tests;

public sealed class RetryTests
{
    [Fact]
    public async Task Unavailable_calls_are_tried_again()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = FailFirst(server, 3, StatusCode.Unavailable);

        var reply = await Soon.Within(server.Client(Configure).UnaryAsync(new TrialRequest { Text = "x" }).ResponseAsync);

        Assert.Equal("x", reply.Text);
        Assert.Equal([null, "1", "2", "3"], attempts);
    }

    [Fact]
    public async Task Attempts_are_bounded_and_the_last_status_stands()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = FailFirst(server, 100, StatusCode.Unavailable);
        using var call = server.Client(Configure).UnaryAsync(new TrialRequest());

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseAsync));

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Equal(StatusCode.Unavailable, call.GetStatus().StatusCode);
        Assert.Equal(4, attempts.Count);
    }

    [Fact]
    public async Task Other_statuses_are_final()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = FailFirst(server, 1, StatusCode.NotFound);

        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(server.Client(Configure).UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Single(attempts);
    }

    [Fact]
    public async Task A_call_the_server_has_begun_to_answer_is_final()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        server.Hooks.Download = async (_, responses, _) =>
        {
            attempts++;
            await responses.WriteAsync(new TrialReply());
            throw new RpcException(new Status(StatusCode.Unavailable, "midway"));
        };
        using var call = server.Client(Configure).Download(new TrialRequest());

        Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task A_stream_of_responses_that_fails_before_its_start_is_tried_again()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        server.Hooks.Download = async (_, responses, _) =>
        {
            if (++attempts < 3)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "not yet"));
            }

            await responses.WriteAsync(new TrialReply { Number = attempts });
        };
        using var call = server.Client(Configure).Download(new TrialRequest());

        Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.Equal(3, call.ResponseStream.Current.Number);
        Assert.Null((await Soon.Within(call.ResponseHeadersAsync)).Get("grpc-status"));
        Assert.False(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
    }

    [Fact]
    public async Task The_server_can_ask_not_to_be_tried_again()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        server.Hooks.Unary = (_, _) =>
        {
            attempts++;
            throw new RpcException(new Status(StatusCode.Unavailable, "go away"), new Metadata { { "grpc-retry-pushback-ms", "-1" } });
        };

        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(server.Client(Configure).UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Throttling_stops_retries_while_too_many_fail()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = FailFirst(server, 1000, StatusCode.Unavailable);
        var client = server.Client(o =>
        {
            Configure(o);
            o.ServiceConfig!.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = 10, TokenRatio = 0.1 };
        });
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<RpcException>(() => Soon.Within(client.UnaryAsync(new TrialRequest()).ResponseAsync));
        }

        // Five failures use up half of the tokens; from there every call is tried once.
        Assert.InRange(attempts.Count, 10, 15);
    }

    [Fact]
    public void An_incomplete_policy_is_refused()
    {
        var options = new GrpcChannelOptions
        {
            ServiceConfig = new ServiceConfig
            {
                MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = new RetryPolicy { MaxAttempts = 1 } } },
            },
        };

        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("http://localhost:1", options));
    }

    private static void Configure(GrpcChannelOptions options) => options.ServiceConfig = new ServiceConfig
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = 4,
                    InitialBackoff = TimeSpan.FromMilliseconds(5),
                    MaxBackoff = TimeSpan.FromMilliseconds(20),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { StatusCode.Unavailable },
                },
            },
        },
    };

    private static List<string?> FailFirst(TrialServer server, int count, StatusCode code)
    {
        var attempts = new List<string?>();
        server.Hooks.Unary = (request, context) =>
        {
            attempts.Add(context.RequestHeaders.GetValue("grpc-previous-rpc-attempts"));
            return attempts.Count <= count
                ? throw new RpcException(new Status(code, "not yet"))
                : Task.FromResult(TrialService.Reply(request));
        };
        return attempts;
    }
}
