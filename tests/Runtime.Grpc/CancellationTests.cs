using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Grpc.Core;

namespace Engine.Runtime.Grpc.Tests;

public sealed class CancellationTests
{
    [Fact]
    public async Task Token_cancels_the_call_at_both_ends()
    {
        await using var server = await TrialServer.StartAsync();
        var (started, ended) = HangUnary(server);
        using var cancel = new CancellationTokenSource();
        var call = server.Client().UnaryAsync(new TrialRequest(), cancellationToken: cancel.Token);
        await Soon.Within(started);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseAsync));
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        Assert.Equal("Call canceled by the client.", exception.Status.Detail);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await Soon.Within(ended);
    }

    [Fact]
    public async Task A_cancelled_token_never_sends()
    {
        await using var server = await TrialServer.StartAsync();
        var (started, _) = HangUnary(server);

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(
            server.Client().UnaryAsync(new TrialRequest(), cancellationToken: new CancellationToken(true)).ResponseAsync));

        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        Assert.False(started.IsCompleted);
    }

    [Fact]
    public async Task Disposing_cancels_the_call_at_both_ends()
    {
        await using var server = await TrialServer.StartAsync();
        var (started, ended) = HangUnary(server);
        var call = server.Client().UnaryAsync(new TrialRequest());
        await Soon.Within(started);

        call.Dispose();

        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseAsync));
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await Soon.Within(ended);
    }

    [Fact]
    public async Task Disposing_a_stream_nobody_reads_tells_the_server()
    {
        await using var server = await TrialServer.StartAsync();
        var ended = new TaskCompletionSource();
        server.Hooks.Download = async (_, responses, context) =>
        {
            using var registration = context.CancellationToken.Register(() => ended.TrySetResult());
            await responses.WriteAsync(new TrialReply());
            await ended.Task;
        };
        var call = server.Client().Download(new TrialRequest());
        Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));

        call.Dispose();

        await Soon.Within(ended.Task);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
    }

    [Fact]
    public async Task Cancelling_a_read_cancels_the_call()
    {
        await using var server = await TrialServer.StartAsync();
        var started = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        server.Hooks.Download = async (_, _, context) =>
        {
            using var registration = context.CancellationToken.Register(() => ended.TrySetResult());
            started.TrySetResult();
            await ended.Task;
        };
        using var call = server.Client().Download(new TrialRequest());
        using var cancel = new CancellationTokenSource();
        var read = call.ResponseStream.MoveNext(cancel.Token);
        // A call cancelled before it has reached the server never gets there.
        await Soon.Within(started.Task);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(read));
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await Soon.Within(ended.Task);
    }

    [Fact]
    public async Task Cancelling_a_duplex_call_ends_reads_and_writes_of_the_server()
    {
        await using var server = await TrialServer.StartAsync();
        var started = new TaskCompletionSource();
        var reading = new TaskCompletionSource<Exception>();
        var writing = new TaskCompletionSource<Exception>();
        server.Hooks.Chat = async (requests, responses, context) =>
        {
            var cancelled = new TaskCompletionSource();
            using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
            started.TrySetResult();
            try
            {
                while (await requests.MoveNext(CancellationToken.None))
                {
                }
            }
            catch (Exception exception)
            {
                reading.SetResult(exception);
            }

            // Reading may fail a moment before the server says why.
            await cancelled.Task;
            try
            {
                await responses.WriteAsync(new TrialReply());
            }
            catch (Exception exception)
            {
                writing.SetResult(exception);
            }
        };
        using var cancel = new CancellationTokenSource();
        using var call = server.Client().Chat(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(new TrialRequest());
        await Soon.Within(started.Task);

        await cancel.CancelAsync();

        Assert.NotNull(await Soon.Within(reading.Task));
        Assert.IsType<InvalidOperationException>(await Soon.Within(writing.Task));
        await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new TrialRequest()));
    }

    [Fact]
    public async Task A_server_that_aborts_the_connection_is_CANCELLED_or_UNAVAILABLE_to_its_client()
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Unary = (_, context) =>
        {
            context.GetHttpContext().Abort();
            return Task.FromResult(new TrialReply());
        };

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Soon.Within(server.Client().UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Contains(exception.StatusCode, new[] { StatusCode.Cancelled, StatusCode.Internal, StatusCode.Unavailable });
    }

    [Fact]
    public async Task A_handler_that_returns_early_ends_a_stream_of_requests()
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Upload = (_, _) => Task.FromResult(new TrialReply { Text = "enough" });
        using var call = server.Client().Upload();

        Assert.Equal("enough", (await Soon.Within(call.ResponseAsync)).Text);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new TrialRequest()));
    }

    [Fact]
    public async Task A_handler_that_fails_early_gives_its_status_to_reader_and_writer()
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Chat = (_, _, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "no"));
        using var call = server.Client().Chat();

        var read = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
        var write = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.RequestStream.WriteAsync(new TrialRequest())));

        Assert.Equal(StatusCode.PermissionDenied, read.StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, write.StatusCode);
    }

    [Fact]
    public async Task Disposing_the_channel_cancels_its_calls_and_refuses_new_ones()
    {
        await using var server = await TrialServer.StartAsync();
        var (started, ended) = HangUnary(server);
        var channel = server.Channel();
        var client = new Trial.TrialClient(channel);
        var call = client.UnaryAsync(new TrialRequest());
        await Soon.Within(started);

        channel.Dispose();

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseAsync));
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        await Soon.Within(ended);
        Assert.Throws<ObjectDisposedException>(() => client.UnaryAsync(new TrialRequest()));
        Assert.Equal(ConnectivityState.Shutdown, channel.State);
    }

    private static (Task Started, Task Ended) HangUnary(TrialServer server)
    {
        var started = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        server.Hooks.Unary = async (_, context) =>
        {
            using var registration = context.CancellationToken.Register(() => ended.TrySetResult());
            started.TrySetResult();
            await ended.Task;
            return new TrialReply();
        };
        return (started.Task, ended.Task);
    }
}
