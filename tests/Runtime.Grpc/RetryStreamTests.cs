using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Engine.Runtime.Grpc.Tests;

/// <summary>Calls whose requests are kept for another attempt, and how many of them are.</summary>
public sealed class RetryStreamTests
{
    private static readonly RpcException NotYet = new(new Status(StatusCode.Unavailable, "not yet"));

    [Fact]
    public async Task A_stream_of_requests_is_sent_again_from_its_first_message()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = new List<string?>();
        var refused = new SemaphoreSlim(0);
        server.Hooks.Upload = async (requests, context) =>
        {
            attempts.Add(context.RequestHeaders.GetValue("grpc-previous-rpc-attempts"));
            if (attempts.Count < 3)
            {
                await requests.MoveNext();
                refused.Release();
                throw NotYet;
            }

            var reply = new TrialReply();
            await foreach (var request in requests.ReadAllAsync())
            {
                reply.Text += request.Text;
            }

            return reply;
        };
        using var call = server.Client(Configure).Upload();

        await Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Text = "a" }));
        await Soon.Within(refused.WaitAsync());
        await Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Text = "b" }));
        await Soon.Within(refused.WaitAsync());
        await Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Text = "c" }));
        await Soon.Within(call.RequestStream.CompleteAsync());

        Assert.Equal("abc", (await Soon.Within(call.ResponseAsync)).Text);
        Assert.Equal([null, "1", "2"], attempts);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_stream_each_way_is_tried_again_until_the_first_response()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        server.Hooks.Chat = async (requests, responses, _) =>
        {
            if (++attempts == 1)
            {
                throw NotYet;
            }

            await foreach (var request in requests.ReadAllAsync())
            {
                await responses.WriteAsync(TrialService.Reply(request));
                if (request.Text == "last")
                {
                    throw new RpcException(new Status(StatusCode.Unavailable, "midway"));
                }
            }
        };
        using var call = server.Client(Configure).Chat();

        foreach (var text in new[] { "first", "last" })
        {
            await Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Text = text }));
            Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
            Assert.Equal(text, call.ResponseStream.Current.Text);
        }

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.Equal("midway", exception.Status.Detail);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task A_message_that_the_server_ends_the_call_for_does_not_hold_its_writer()
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Chat = async (requests, responses, _) =>
        {
            await requests.MoveNext();
            await responses.WriteAsync(new TrialReply());
            await requests.MoveNext();
            throw NotYet;
        };

        // The end may come before, while or after the client is told that the second message is on its way.
        for (var round = 0; round < 200; round++)
        {
            using var call = server.Client(Configure).Chat();
            await Soon.Within(call.RequestStream.WriteAsync(Of(10)));
            Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
            var write = await Record.ExceptionAsync(() => Soon.Within(call.RequestStream.WriteAsync(Of(10))));
            Assert.True(write is null or RpcException { StatusCode: StatusCode.Cancelled }, write?.ToString());
            var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
            Assert.Equal("not yet", exception.Status.Detail);
        }
    }

    [Fact]
    public async Task A_writer_learns_that_no_attempt_is_left()
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Upload = (_, _) => throw NotYet;
        using var call = server.Client(Configure).Upload();

        var response = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseAsync));
        var write = await Assert.ThrowsAsync<RpcException>(
            () => Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Text = "x" })));

        Assert.Equal(StatusCode.Unavailable, response.StatusCode);
        Assert.Equal(StatusCode.Unavailable, write.StatusCode);
    }

    [Fact]
    public async Task Cancelling_ends_a_call_between_two_attempts()
    {
        await using var server = await TrialServer.StartAsync();
        var failed = new TaskCompletionSource();
        server.Hooks.Upload = (_, _) =>
        {
            failed.TrySetResult();
            throw new RpcException(NotYet.Status, new Metadata { { "grpc-retry-pushback-ms", "600000" } });
        };
        using var cancel = new CancellationTokenSource();
        using var call = server.Client(Configure).Upload(cancellationToken: cancel.Token);
        await Soon.Within(failed.Task);

        await cancel.CancelAsync();

        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseAsync));
    }

    [Fact]
    public async Task A_request_over_the_limit_of_a_call_is_sent_once()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        server.Hooks.Unary = (_, _) =>
        {
            attempts++;
            throw NotYet;
        };
        var client = server.Client(o =>
        {
            Configure(o);
            o.MaxRetryBufferPerCallSize = 1000;
        });

        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(client.UnaryAsync(Of(2000)).ResponseAsync));
        Assert.Equal(1, attempts);
        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(client.UnaryAsync(Of(500)).ResponseAsync));
        Assert.Equal(1 + 4, attempts);
    }

    [Fact]
    public async Task A_stream_over_the_limit_of_a_call_belongs_to_its_attempt()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        var written = new TaskCompletionSource();
        server.Hooks.Upload = async (requests, _) =>
        {
            attempts++;
            var bytes = 0;
            while (bytes < 1200 && await requests.MoveNext())
            {
                bytes += requests.Current.Payload.Length;
            }

            // Otherwise the second write may be what is told of the end.
            await written.Task;
            throw NotYet;
        };
        using var call = server.Client(o =>
        {
            Configure(o);
            o.MaxRetryBufferPerCallSize = 1000;
        }).Upload();

        await Soon.Within(call.RequestStream.WriteAsync(Of(600)));
        await Soon.Within(call.RequestStream.WriteAsync(Of(600)));
        written.SetResult();

        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseAsync));
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Calls_share_the_limit_of_their_channel_and_give_back_what_they_had()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        var holds = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        server.Hooks.Upload = async (requests, _) =>
        {
            await requests.MoveNext();
            holds.TrySetResult();
            await release.Task;
            return new TrialReply();
        };
        server.Hooks.Unary = (_, _) =>
        {
            attempts++;
            throw NotYet;
        };
        var client = server.Client(o =>
        {
            Configure(o);
            o.MaxRetryBufferSize = 1000;
        });
        using var holder = client.Upload();
        await Soon.Within(holder.RequestStream.WriteAsync(Of(700)));
        await Soon.Within(holds.Task);

        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(client.UnaryAsync(Of(500)).ResponseAsync));
        Assert.Equal(1, attempts);
        release.SetResult();
        await Soon.Within(holder.ResponseAsync);
        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(client.UnaryAsync(Of(500)).ResponseAsync));

        Assert.Equal(1 + 4, attempts);
    }

    [Fact]
    public async Task A_stream_without_limit_may_be_long_once_it_is_answered()
    {
        await using var server = await TrialServer.StartAsync();
        using var call = server.Client(o =>
        {
            Configure(o);
            o.MaxRetryBufferPerCallSize = 1000;
        }).Chat();

        for (var i = 0; i < 50; i++)
        {
            await Soon.Within(call.RequestStream.WriteAsync(Of(300)));
            Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
            Assert.Equal(300, call.ResponseStream.Current.Payload.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
    }

    private static TrialRequest Of(int bytes) => new() { Payload = ByteString.CopyFrom(new byte[bytes]) };

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
}
