using System.Net.Sockets;
using Engine.Silo.Tests.Processes;
using Engine.V1;
using Grpc.Core;
using Grpc.Health.V1;

namespace Engine.Silo.Tests;

public sealed class DrainTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_ends_streams_finishes_calls_and_exits_with_0(string signal)
    {
        var data = _directory.File("data");
        string conversation;
        int acknowledged;
        await using (var engine = await EngineProcess.StartAsync(data))
        {
            using var api = EngineApi.Of(engine);
            var customer = await api.Customers.CreateCustomerAsync(new CreateCustomerRequest { RequestId = EngineApi.NewId(), Customer = new Customer() });
            var started = await api.Conversations.StartConversationAsync(new StartConversationRequest
            {
                RequestId = EngineApi.NewId(), Customer = customer.Name, Channel = "web",
            });
            conversation = started.Conversation.Name;

            using var events = api.Events.WatchEvents(new WatchEventsRequest());
            using var watch = api.Conversations.WatchConversation(new WatchConversationRequest { Name = conversation });
            using var health = api.Health.Watch(new HealthCheckRequest());
            Assert.True(await events.ResponseStream.MoveNext(default));
            Assert.True(await watch.ResponseStream.MoveNext(default));
            Assert.True(await health.ResponseStream.MoveNext(default));
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.ResponseStream.Current.Status);

            var sending = SendUntilRefusedAsync(api, conversation);
            await Eventually.HoldsAsync(() => sending.Acknowledged() > 0);
            await engine.SignalAsync(signal);

            // Without a client that hangs up, all streams end on the server's word.
            Assert.Contains(await ReadToEndAsync(events.ResponseStream), new[] { StatusCode.OK, StatusCode.Unavailable });
            Assert.Contains(await ReadToEndAsync(watch.ResponseStream), new[] { StatusCode.OK, StatusCode.Unavailable });
            await ReadHealthToEndAsync(health.ResponseStream);
            Assert.Equal(0, await engine.WaitForExitAsync());
            await sending.Refused;
            acknowledged = sending.Acknowledged();
        }

        await using var again = await EngineProcess.StartAsync(data);
        using var later = EngineApi.Of(again);
        var messages = await later.ReadMessagesAsync(conversation);
        // The last call may have been carried out without its reply reaching us.
        Assert.InRange(messages.Count, acknowledged, acknowledged + 1);
        Assert.Equal(Enumerable.Range(1, messages.Count).Select(number => $"message {number}"), messages.Select(message => message.Content.Text));
    }

    [Fact]
    public async Task Idle_client_connection_does_not_delay_the_end()
    {
        await using var engine = await EngineProcess.StartAsync(_directory.File("data"), ["--drain-timeout", "600"]);
        using var api = EngineApi.Of(engine);
        await api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest());

        // It would last as long as a drain may, which is longer than this waits.
        Assert.Equal(0, await engine.StopAsync());
    }

    /// <summary>
    /// The server's writes wait for the reader then. A stream that breaks off there would be a fault to its client; that the
    /// server goes down is none, and is to be heard as it is.
    /// </summary>
    [Fact]
    public async Task Client_that_is_slow_to_read_hears_that_the_server_drains()
    {
        const int Messages = 60;
        const int TextChars = 8_000;
        await using var engine = await EngineProcess.StartAsync(_directory.File("data"));
        using var api = EngineApi.Of(engine);
        var first = await api.Inbound.ReceiveMessageAsync(new ReceiveMessageRequest
        {
            Channel = "web", Address = "visitor", ExternalId = "1", Content = new Content { Text = "first" },
        });
        for (var number = 0; number < Messages; number++)
        {
            await api.Conversations.SendMessageAsync(new SendMessageRequest
            {
                RequestId = EngineApi.NewId(), Conversation = first.Conversation, Content = new Content { Text = new string('x', TextChars) },
            });
        }

        // More than a stream's window holds, and nobody takes it.
        using var events = api.Events.WatchEvents(new WatchEventsRequest());
        using var watch = api.Conversations.WatchConversation(new WatchConversationRequest { Name = first.Conversation });
        using var health = api.Health.Watch(new HealthCheckRequest());
        Assert.True(await events.ResponseStream.MoveNext(default));
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.True(await health.ResponseStream.MoveNext(default));
        await engine.SignalAsync("TERM");
        await ReadHealthToEndAsync(health.ResponseStream);

        Assert.Equal(StatusCode.Unavailable, await ReadToEndAsync(events.ResponseStream));
        Assert.Equal(StatusCode.Unavailable, await ReadToEndAsync(watch.ResponseStream));
        Assert.Equal(0, await engine.WaitForExitAsync());
    }

    /// <summary>
    /// Flow control holds the server's writes for as long as nobody takes what was sent before, and here nobody ever does:
    /// neither from a stream, nor, as a suspended process would not, from the connection. The silo leaves in order
    /// nevertheless.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_that_never_reads_does_not_hold_the_drain(bool isDeaf)
    {
        const int Messages = 60;
        const int Streams = 20;
        const int TextChars = 8_000;
        await using var engine = await EngineProcess.StartAsync(_directory.File("data"), ["--drain-timeout", "40"]);
        using var api = EngineApi.Of(engine);
        var first = await api.Inbound.ReceiveMessageAsync(new ReceiveMessageRequest
        {
            Channel = "web", Address = "visitor", ExternalId = "1", Content = new Content { Text = "first" },
        });
        var silence = new TaskCompletionSource();
        using var handler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = isDeaf ? 16 << 20 : 65_535 };
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 4096 };
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new DeafStream(socket, silence.Task);
        };
        using var other = new EngineApi(engine.Address, engine.AdminKey, handler);
        var calls = new List<IDisposable>();
        for (var i = 0; i < Streams; i++)
        {
            var watch = other.Conversations.WatchConversation(new WatchConversationRequest { Name = first.Conversation });
            calls.Add(watch);
            Assert.True(await watch.ResponseStream.MoveNext(default));
        }

        if (isDeaf)
            silence.SetResult();
        for (var number = 0; number < Messages; number++)
        {
            await api.Conversations.SendMessageAsync(new SendMessageRequest
            {
                RequestId = EngineApi.NewId(), Conversation = first.Conversation, Content = new Content { Text = new string('x', TextChars) },
            });
        }

        using var health = other.Health.Watch(new HealthCheckRequest());

        Assert.Equal(0, await engine.StopAsync());

        Assert.Contains("has left the cluster", engine.Output, StringComparison.Ordinal);
        calls.ForEach(call => call.Dispose());
    }

    private static (Task Refused, Func<int> Acknowledged) SendUntilRefusedAsync(EngineApi api, string conversation)
    {
        var acknowledged = 0;
        async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    await api.Conversations.SendMessageAsync(new SendMessageRequest
                    {
                        RequestId = EngineApi.NewId(),
                        Conversation = conversation,
                        Content = new Content { Text = $"message {acknowledged + 1}" },
                    });
                    Interlocked.Increment(ref acknowledged);
                }
            }
            catch (RpcException fault)
            {
                Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
            }
        }

        return (RunAsync(), () => Volatile.Read(ref acknowledged));
    }

    private static async Task<StatusCode> ReadToEndAsync<T>(IAsyncStreamReader<T> stream)
    {
        using var deadline = new CancellationTokenSource(Limits.Patience);
        try
        {
            while (await stream.MoveNext(deadline.Token))
            {
            }

            return StatusCode.OK;
        }
        catch (RpcException fault)
        {
            return fault.StatusCode;
        }
    }

    private static async Task ReadHealthToEndAsync(IAsyncStreamReader<HealthCheckResponse> stream)
    {
        var last = HealthCheckResponse.Types.ServingStatus.Serving;
        try
        {
            while (await stream.MoveNext(default))
                last = stream.Current.Status;
        }
        catch (RpcException fault)
        {
            Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
        }

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, last);
    }
}
