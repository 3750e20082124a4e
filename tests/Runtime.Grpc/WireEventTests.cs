using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Engine.Runtime.Grpc.Tests.Fuzz;
using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Runtime.Grpc.Tests;

/// <summary>GOAWAY, REFUSED_STREAM and pings, each made by a peer that does nothing else.</summary>
public sealed class WireEventTests
{
    private const int InternalError = 2;
    private const int RefusedStream = 7;

    [Fact]
    public async Task A_refused_call_is_sent_again_unseen()
    {
        var streams = new ConcurrentQueue<int>();
        await using var peer = new H2Peer(async (connection, frame) =>
        {
            if (!frame.EndsStream)
            {
                return;
            }

            streams.Enqueue(frame.Stream);
            if (streams.Count == 1)
            {
                await connection.SendAsync(H2Frames.Reset(frame.Stream, RefusedStream));
            }
            else
            {
                await connection.AnswerAsync(frame.Stream, Message("second"));
            }
        });
        using var channel = GrpcChannel.ForAddress(peer.Address);

        var reply = await Soon.Within(new Trial.TrialClient(channel).UnaryAsync(new TrialRequest()).ResponseAsync);

        Assert.Equal("second", reply.Text);
        Assert.Equal(2, streams.Count);
    }

    [Fact]
    public async Task A_stream_refused_before_its_first_message_is_sent_again_unseen()
    {
        var streams = new ConcurrentQueue<int>();
        await using var peer = new H2Peer(async (connection, frame) =>
        {
            if (frame.Type == H2Peer.Frame.Headers)
            {
                streams.Enqueue(frame.Stream);
                if (streams.Count == 1)
                {
                    await connection.SendAsync(H2Frames.Reset(frame.Stream, RefusedStream));
                }
            }

            if (frame.EndsStream)
            {
                await connection.AnswerAsync(frame.Stream, Message("second"));
            }
        });
        using var channel = GrpcChannel.ForAddress(peer.Address);
        using var call = new Trial.TrialClient(channel).Chat();
        await Soon.TrueAsync(() => streams.Count == 2, "the call is sent again");

        await Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Text = "x" }));
        await Soon.Within(call.RequestStream.CompleteAsync());

        Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.Equal("second", call.ResponseStream.Current.Text);
    }

    [Fact]
    public async Task A_call_that_the_server_ends_at_its_deadline_is_DEADLINE_EXCEEDED()
    {
        var clock = new TimerlessClock();
        await using var peer = new H2Peer(async (connection, frame) =>
        {
            if (!frame.EndsStream)
            {
                return;
            }

            clock.Passed = TimeSpan.FromMinutes(2);
            await connection.SendAsync(H2Frames.Reset(frame.Stream, InternalError));
        });
        await using var services = new ServiceCollection().AddSingleton<TimeProvider>(clock).BuildServiceProvider();
        using var channel = GrpcChannel.ForAddress(peer.Address, new GrpcChannelOptions { ServiceProvider = services });
        var deadline = clock.GetUtcNow().UtcDateTime.AddMinutes(1);

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(
            new Trial.TrialClient(channel).UnaryAsync(new TrialRequest(), deadline: deadline).ResponseAsync));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }

    [Fact]
    public async Task A_stream_refused_after_a_message_is_UNAVAILABLE()
    {
        await using var peer = new H2Peer(async (connection, frame) =>
        {
            if (frame.Type == 0)
            {
                await connection.SendAsync(H2Frames.Reset(frame.Stream, RefusedStream));
            }
        });
        using var channel = GrpcChannel.ForAddress(peer.Address);
        using var call = new Trial.TrialClient(channel).Upload();
        await Record.ExceptionAsync(() => Soon.Within(call.RequestStream.WriteAsync(new TrialRequest { Text = "x" })));

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseAsync));

        Assert.True(exception.StatusCode == StatusCode.Unavailable, exception.ToString());
    }

    [Fact]
    public async Task A_connection_that_the_server_ends_with_an_error_makes_its_calls_UNAVAILABLE()
    {
        const int streamClosed = 5;
        await using var peer = new H2Peer(async (connection, frame) =>
        {
            if (frame.EndsStream)
            {
                await connection.SendAsync(H2Frames.Frame(7, 0, 0, [0, 0, 0, (byte)frame.Stream, 0, 0, 0, streamClosed]));
                connection.EndSending();
            }
        });
        using var channel = GrpcChannel.ForAddress(peer.Address);

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Soon.Within(new Trial.TrialClient(channel).UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.True(exception.StatusCode == StatusCode.Unavailable, exception.ToString());
        Assert.Contains("closed the connection", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_away_answers_what_it_has_and_new_calls_connect_anew()
    {
        var first = new TaskCompletionSource<H2Peer.Connection>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = new H2Peer(async (connection, frame) =>
        {
            if (frame.EndsStream && connection.Number == 0)
            {
                first.TrySetResult(connection);
            }
            else if (frame.EndsStream)
            {
                await connection.AnswerAsync(frame.Stream, Message("new"));
            }
        });
        using var channel = GrpcChannel.ForAddress(peer.Address);
        var client = new Trial.TrialClient(channel);
        var held = client.UnaryAsync(new TrialRequest()).ResponseAsync;
        var old = await Soon.Within(first.Task);

        await old.GoAwayAsync(lastStream: 1);
        for (var i = 0; i < 20; i++)
        {
            // Sent over the old connection before its GOAWAY was seen, or over a new one: none fails.
            Assert.Equal("new", (await Soon.Within(client.UnaryAsync(new TrialRequest()).ResponseAsync)).Text);
        }

        Assert.False(held.IsCompleted);
        await old.AnswerAsync(1, Message("old"));
        Assert.Equal("old", (await Soon.Within(held)).Text);
        Assert.Equal(2, peer.Connections);
    }

    [Fact]
    public async Task Calls_a_server_that_goes_away_has_not_seen_are_sent_elsewhere()
    {
        var open = new ConcurrentQueue<int>();
        var one = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var both = new TaskCompletionSource<H2Peer.Connection>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = new H2Peer(async (connection, frame) =>
        {
            if (!frame.EndsStream)
            {
                return;
            }

            if (connection.Number > 0)
            {
                await connection.AnswerAsync(frame.Stream, Message("elsewhere"));
                return;
            }

            open.Enqueue(frame.Stream);
            one.TrySetResult();
            if (open.Count == 2)
            {
                both.TrySetResult(connection);
            }
        });
        using var channel = GrpcChannel.ForAddress(peer.Address);
        var client = new Trial.TrialClient(channel);
        var first = client.UnaryAsync(new TrialRequest()).ResponseAsync;
        // Two that begin together may open a connection each.
        await Soon.Within(one.Task);
        var calls = new[] { first, client.UnaryAsync(new TrialRequest()).ResponseAsync };
        var old = await Soon.Within(both.Task);

        await old.GoAwayAsync(lastStream: 1);
        var moved = await Soon.Within(await Soon.Within(Task.WhenAny(calls)));
        await old.AnswerAsync(1, Message("old"));
        var texts = (await Soon.Within(Task.WhenAll(calls))).Select(r => r.Text).Order();

        Assert.Equal("elsewhere", moved.Text);
        Assert.Equal(["elsewhere", "old"], texts);
    }

    [Fact]
    public async Task A_server_that_answers_no_ping_is_given_up()
    {
        var pings = 0;
        await using var peer = new H2Peer((_, frame) =>
        {
            if (frame.Type == H2Peer.Frame.Ping)
            {
                Interlocked.Increment(ref pings);
            }

            return Task.CompletedTask;
        });
        using var channel = GrpcChannel.ForAddress(peer.Address, new GrpcChannelOptions { HttpHandler = Pinging(timeout: TimeSpan.FromSeconds(1)) });
        using var call = new Trial.TrialClient(channel).Chat();

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));

        Assert.True(exception.StatusCode == StatusCode.Unavailable, exception.ToString());
        await Soon.TrueAsync(() => Volatile.Read(ref pings) > 0, "a ping is seen");
    }

    [Fact]
    public async Task A_server_that_answers_pings_may_take_its_time()
    {
        var pings = 0;
        await using var peer = new H2Peer(async (connection, frame) =>
        {
            if (frame is { Type: H2Peer.Frame.Ping, Flags: 0 })
            {
                await connection.SendAsync(H2Frames.Frame(H2Peer.Frame.Ping, 1, 0, frame.Payload));
                if (Interlocked.Increment(ref pings) == 3)
                {
                    await connection.AnswerAsync(1, Message("late"));
                }
            }
        });
        using var channel = GrpcChannel.ForAddress(peer.Address, new GrpcChannelOptions { HttpHandler = Pinging(timeout: Soon.Limit) });

        var reply = await Soon.Within(new Trial.TrialClient(channel).UnaryAsync(new TrialRequest()).ResponseAsync);

        Assert.Equal("late", reply.Text);
    }

    [Fact]
    public async Task A_client_that_answers_no_ping_is_given_up()
    {
        await using var server = await TrialServer.StartAsync(kestrel: o =>
        {
            o.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(1);
            o.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(1);
        });
        var begun = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        server.Hooks.Chat = async (_, _, context) =>
        {
            using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
            begun.TrySetResult();
            await cancelled.Task;
        };

        // A client that is too slow to begin is given up before it has a call, and comes again.
        await Soon.TrueAsync(
            async () =>
            {
                await CallAndFallSilentAsync(server.Address.Port);
                return begun.Task.IsCompleted;
            },
            "a call begins");

        await Soon.Within(cancelled.Task);
    }

    /// <summary>Returns when the server hangs up.</summary>
    private static async Task CallAndFallSilentAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(Soon.Limit);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
        byte[] call =
        [
            .. H2Frames.Preface, .. H2Frames.Settings(),
            .. H2Frames.Headers(
                1,
                end: false,
                (":method", "POST"), (":scheme", "http"), (":path", "/engine.runtime.grpc.tests.Trial/Chat"), (":authority", "localhost"),
                ("content-type", "application/grpc"), ("te", "trailers")),
        ];
        try
        {
            await socket.SendAsync(call, limit.Token);
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, limit.Token) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Hung up on, at any point.
        }
    }

    private static byte[] Message(string text) => new TrialReply { Text = text }.ToByteArray();

    private static SocketsHttpHandler Pinging(TimeSpan timeout) => new()
    {
        KeepAlivePingDelay = TimeSpan.FromSeconds(1),
        KeepAlivePingTimeout = timeout,
        EnableMultipleHttp2Connections = true,
    };

    /// <summary>A clock whose timers are late for ever.</summary>
    private sealed class TimerlessClock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Passed;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
