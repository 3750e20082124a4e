using System.Diagnostics;
using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Grpc.Core;

namespace Engine.Runtime.Grpc.Tests;

public sealed class DeadlineTests
{
    [Fact]
    public async Task Server_sees_the_deadline_of_the_client()
    {
        await using var server = await TrialServer.StartAsync();
        var seen = DateTime.MinValue;
        server.Hooks.Unary = (_, context) =>
        {
            seen = context.Deadline;
            return Task.FromResult(new TrialReply());
        };
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(2);

        await server.Client().UnaryAsync(new TrialRequest(), deadline: deadline);

        Assert.InRange(seen, deadline.AddSeconds(-20), deadline.AddSeconds(20));
        Assert.Equal(DateTimeKind.Utc, seen.Kind);
    }

    [Fact]
    public async Task Without_a_deadline_the_server_sees_none()
    {
        await using var server = await TrialServer.StartAsync();
        var seen = DateTime.MinValue;
        server.Hooks.Unary = (_, context) =>
        {
            seen = context.Deadline;
            return Task.FromResult(new TrialReply());
        };

        await server.Client().UnaryAsync(new TrialRequest());

        Assert.Equal(DateTime.MaxValue, seen);
    }

    [Fact]
    public async Task Past_deadline_the_client_gets_DEADLINE_EXCEEDED_and_the_server_token_is_cancelled()
    {
        await using var server = await TrialServer.StartAsync();
        var cancelled = new TaskCompletionSource();
        server.Hooks.Unary = async (_, context) =>
        {
            context.CancellationToken.Register(() => cancelled.TrySetResult());
            await cancelled.Task;
            return new TrialReply();
        };

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(
            server.Client().UnaryAsync(new TrialRequest(), deadline: In(200)).ResponseAsync));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        await Soon.Within(cancelled.Task);
    }

    [Fact]
    public async Task A_deadline_in_the_past_fails_without_a_request()
    {
        await using var server = await TrialServer.StartAsync();
        var called = false;
        server.Hooks.Unary = (_, _) =>
        {
            called = true;
            return Task.FromResult(new TrialReply());
        };

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(
            server.Client().UnaryAsync(new TrialRequest(), deadline: In(-1000)).ResponseAsync));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        Assert.False(called);
    }

    [Fact]
    public async Task A_deadline_in_local_time_is_refused()
    {
        await using var server = await TrialServer.StartAsync();

        Assert.Throws<InvalidOperationException>(() => server.Client().UnaryAsync(
            new TrialRequest(), deadline: new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Local)));
    }

    [Fact]
    public async Task Past_deadline_the_server_answers_by_itself_while_its_handler_still_runs()
    {
        await using var server = await TrialServer.StartAsync();
        var release = new TaskCompletionSource();
        server.Hooks.Unary = async (_, _) =>
        {
            await release.Task;
            return new TrialReply();
        };
        using var http = new RawHttp(server.Address);

        var watch = Stopwatch.StartNew();
        var response = await Soon.Within(http.PostAsync("/engine.runtime.grpc.tests.Trial/Unary", RawHttp.Frame([]), ("grpc-timeout", "200m")));

        Assert.Equal("4", response.Status);
        Assert.InRange(watch.ElapsedMilliseconds, 150, 15_000);
        release.SetResult();
    }

    [Fact]
    public async Task Past_deadline_a_stream_of_responses_ends_with_DEADLINE_EXCEEDED()
    {
        await using var server = await TrialServer.StartAsync();
        var writing = new TaskCompletionSource<Exception?>();
        server.Hooks.Download = async (_, responses, context) =>
        {
            try
            {
                while (true)
                {
                    await responses.WriteAsync(new TrialReply { Text = new string('x', 1000) });
                    await Task.Yield();
                }
            }
            catch (Exception exception)
            {
                writing.SetResult(exception);
                throw;
            }
        };
        using var http = new RawHttp(server.Address);

        var response = await Soon.Within(http.PostAsync("/engine.runtime.grpc.tests.Trial/Download", RawHttp.Frame([]), ("grpc-timeout", "300m")));

        Assert.Equal("4", response.Status);
        Assert.NotNull(await Soon.Within(writing.Task));
    }

    [Fact]
    public async Task Past_deadline_a_blocked_stream_is_freed()
    {
        await using var server = await TrialServer.StartAsync();
        var writing = new TaskCompletionSource();
        server.Hooks.Download = async (_, responses, context) =>
        {
            try
            {
                while (true)
                {
                    await responses.WriteAsync(new TrialReply { Text = new string('x', 100_000) });
                }
            }
            finally
            {
                writing.SetResult();
            }
        };
        using var call = server.Client().Download(new TrialRequest(), deadline: In(500));

        await Soon.Within(writing.Task);
        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync())
            {
            }
        });

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }

    [Fact]
    public async Task A_reply_before_the_deadline_is_untouched_by_it()
    {
        await using var server = await TrialServer.StartAsync();
        var client = server.Client();
        for (var i = 0; i < 200; i++)
        {
            // Around the time a call takes, so that some of them race with their deadline.
            try
            {
                var reply = await client.UnaryAsync(new TrialRequest { Number = i }, deadline: In(i % 5));
                Assert.Equal(i, reply.Number);
            }
            catch (RpcException exception)
            {
                Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
            }
        }

        Assert.Equal(1, (await client.UnaryAsync(new TrialRequest { Number = 1 })).Number);
    }

    [Fact]
    public async Task ThrowOperationCanceledOnCancellation_turns_the_deadline_into_a_cancellation()
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Unary = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return new TrialReply();
        };
        var client = server.Client(o => o.ThrowOperationCanceledOnCancellation = true);

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Within(
            client.UnaryAsync(new TrialRequest(), deadline: In(100)).ResponseAsync));

        Assert.Equal(StatusCode.DeadlineExceeded, Assert.IsType<RpcException>(exception.InnerException).StatusCode);
    }

    private static DateTime In(int milliseconds) => TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(milliseconds);
}
