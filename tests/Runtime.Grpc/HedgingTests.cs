using System.Collections.Concurrent;
using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Engine.Runtime.Grpc.Tests;

/// <summary>Several attempts beside each other.</summary>
public sealed class HedgingTests
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    [Fact]
    public async Task The_first_answer_counts_and_the_other_attempts_are_cancelled()
    {
        await using var server = await TrialServer.StartAsync();
        var begun = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        server.Hooks.Unary = async (request, context) =>
        {
            if (Attempt(context) > 0)
            {
                // An attempt that is cancelled before it has reached the server never gets there.
                await begun.Task;
                return TrialService.Reply(request);
            }

            using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
            begun.TrySetResult();
            await cancelled.Task;
            throw new RpcException(Status.DefaultCancelled);
        };

        var reply = await Soon.Within(Client(server, TimeSpan.FromMilliseconds(50)).UnaryAsync(new TrialRequest { Text = "x" }).ResponseAsync);

        Assert.Equal("x", reply.Text);
        await Soon.Within(cancelled.Task);
    }

    [Fact]
    public async Task Without_a_delay_all_attempts_begin_at_once()
    {
        await using var server = await TrialServer.StartAsync();
        var seen = new ConcurrentBag<int>();
        var all = new TaskCompletionSource();
        server.Hooks.Unary = async (request, context) =>
        {
            seen.Add(Attempt(context));
            if (seen.Count == 3)
            {
                all.TrySetResult();
            }

            await all.Task;
            return TrialService.Reply(request);
        };

        await Soon.Within(Client(server, delay: null).UnaryAsync(new TrialRequest()).ResponseAsync);

        Assert.Equal([0, 1, 2], seen.Order());
    }

    [Fact]
    public async Task An_expected_failure_begins_the_next_attempt_at_once()
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Unary = (request, context) => Attempt(context) < 2
            ? throw new RpcException(new Status(StatusCode.Unavailable, "elsewhere"))
            : Task.FromResult(TrialService.Reply(request));

        var reply = await Soon.Within(Client(server, Never).UnaryAsync(new TrialRequest { Text = "x" }).ResponseAsync);

        Assert.Equal("x", reply.Text);
    }

    [Fact]
    public async Task Any_other_failure_is_the_answer()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        server.Hooks.Unary = (_, _) =>
        {
            attempts++;
            throw new RpcException(new Status(StatusCode.NotFound, "nowhere"));
        };

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Soon.Within(Client(server, Never).UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Equal(StatusCode.NotFound, exception.StatusCode);
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task When_all_attempts_fail_the_last_failure_is_the_answer()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        server.Hooks.Unary = (_, context) =>
        {
            attempts++;
            throw new RpcException(new Status(StatusCode.Unavailable, $"attempt {Attempt(context)}"));
        };

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Soon.Within(Client(server, Never).UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Equal("attempt 2", exception.Status.Detail);
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task The_server_can_ask_for_no_further_attempt()
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        server.Hooks.Unary = (_, _) =>
        {
            attempts++;
            throw new RpcException(new Status(StatusCode.Unavailable, "go away"), new Metadata { { "grpc-retry-pushback-ms", "-1" } });
        };

        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(Client(server, Never).UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Each_attempt_is_given_all_requests()
    {
        await using var server = await TrialServer.StartAsync();
        var read = new ConcurrentDictionary<int, string>();
        server.Hooks.Upload = async (requests, context) =>
        {
            var attempt = Attempt(context);
            await foreach (var request in requests.ReadAllAsync())
            {
                read.AddOrUpdate(attempt, request.Text, (_, before) => before + request.Text);
            }

            return attempt == 2 ? new TrialReply { Text = read[attempt] } : throw new RpcException(new Status(StatusCode.Unavailable, ""));
        };
        using var call = Client(server, delay: null).Upload();

        await Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Text = "a" }));
        await Soon.TrueAsync(() => read.Count == 3, "three attempts have the first message");
        await Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Text = "b" }));
        await Soon.Within(call.RequestStream.CompleteAsync());

        Assert.Equal("ab", (await Soon.Within(call.ResponseAsync)).Text);
    }

    [Fact]
    public async Task Requests_over_the_limit_leave_one_attempt()
    {
        await using var server = await TrialServer.StartAsync();
        var begun = 0;
        var cancelled = 0;
        server.Hooks.Upload = async (requests, context) =>
        {
            var end = new TaskCompletionSource();
            using var registration = context.CancellationToken.Register(() =>
            {
                Interlocked.Increment(ref cancelled);
                end.TrySetResult();
            });
            Interlocked.Increment(ref begun);
            var reply = new TrialReply();
            try
            {
                await foreach (var request in requests.ReadAllAsync())
                {
                    reply.Number += request.Payload.Length;
                }
            }
            catch (IOException)
            {
                // Reading may fail a moment before the server says why.
                await end.Task;
                throw;
            }

            return reply;
        };
        using var call = Client(server, delay: null, o => o.MaxRetryBufferPerCallSize = 1000).Upload();
        await Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Payload = ByteString.CopyFrom(new byte[600]) }));
        await Soon.TrueAsync(() => begun == 3, "three attempts have begun");

        await Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Payload = ByteString.CopyFrom(new byte[600]) }));

        await Soon.TrueAsync(() => cancelled == 2, "two of them are cancelled");
        await Soon.Within(call.RequestStream.CompleteAsync());
        Assert.Equal(1200, (await Soon.Within(call.ResponseAsync)).Number);
    }

    [Fact]
    public async Task Disposing_ends_all_attempts()
    {
        await using var server = await TrialServer.StartAsync();
        var begun = 0;
        var cancelled = 0;
        server.Hooks.Download = async (_, _, context) =>
        {
            var end = new TaskCompletionSource();
            using var registration = context.CancellationToken.Register(() =>
            {
                Interlocked.Increment(ref cancelled);
                end.TrySetResult();
            });
            Interlocked.Increment(ref begun);
            await end.Task;
        };
        var call = Client(server, delay: null).Download(new TrialRequest());
        await Soon.TrueAsync(() => begun == 3, "three attempts have begun");

        call.Dispose();

        await Soon.TrueAsync(() => cancelled == 3, "all of them are cancelled");
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    [Fact]
    public void A_method_is_tried_again_or_hedged()
    {
        var options = new GrpcChannelOptions();
        Configure(options, delay: null);
        options.ServiceConfig!.MethodConfigs[0].RetryPolicy = new RetryPolicy
        {
            MaxAttempts = 2,
            InitialBackoff = TimeSpan.FromSeconds(1),
            MaxBackoff = TimeSpan.FromSeconds(1),
            BackoffMultiplier = 1,
            RetryableStatusCodes = { StatusCode.Unavailable },
        };

        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("http://localhost:1", options));
    }

    private static int Attempt(ServerCallContext context) =>
        context.RequestHeaders.GetValue("grpc-previous-rpc-attempts") is { } text
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : 0;

    private static Trial.TrialClient Client(TrialServer server, TimeSpan? delay, Action<GrpcChannelOptions>? more = null) =>
        server.Client(o =>
        {
            Configure(o, delay);
            more?.Invoke(o);
        });

    private static void Configure(GrpcChannelOptions options, TimeSpan? delay) => options.ServiceConfig = new ServiceConfig
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                HedgingPolicy = new HedgingPolicy
                {
                    MaxAttempts = 3,
                    HedgingDelay = delay,
                    NonFatalStatusCodes = { StatusCode.Unavailable },
                },
            },
        },
    };
}
