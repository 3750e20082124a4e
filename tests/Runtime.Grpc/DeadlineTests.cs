using System.Diagnostics;
using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

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
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(10);

        await server.Client().UnaryAsync(new TrialRequest(), deadline: deadline);

        // Later by the time that the request took.
        Assert.InRange(seen, deadline.AddMinutes(-1), deadline.AddMinutes(10));
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
    public async Task Past_deadline_the_client_gets_DEADLINE_EXCEEDED_and_cancels_the_call_of_the_server()
    {
        await using var server = await TrialServer.StartAsync();
        var (started, cancelled) = Hang(server);
        var clock = new ManualClock();
        await using var services = With(clock);
        var call = server.Client(o => o.ServiceProvider = services)
            .UnaryAsync(new TrialRequest(), deadline: clock.After(TimeSpan.FromHours(1)));
        await Soon.Within(started);

        clock.Advance(TimeSpan.FromHours(1));

        var exception = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseAsync));
        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        await Soon.Within(cancelled);
    }

    [Fact]
    public async Task Past_deadline_the_server_cancels_its_handler_and_tells_a_client_that_waits_on()
    {
        var clock = new ManualClock();
        await using var server = await TrialServer.StartAsync(services: s => s.AddSingleton<TimeProvider>(clock));
        var (started, cancelled) = Hang(server);
        using var http = new RawHttp(server.Address);
        var response = http.PostAsync("/engine.runtime.grpc.tests.Trial/Unary", RawHttp.Frame([]), ("grpc-timeout", "1H"));
        await Soon.Within(started);

        clock.Advance(TimeSpan.FromHours(1));

        await Soon.Within(cancelled);
        Assert.Equal("4", (await Soon.Within(response)).Status);
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
        Assert.True(watch.ElapsedMilliseconds >= 150, $"After {watch.Elapsed}");
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
        var clock = new ManualClock();
        await using var server = await TrialServer.StartAsync(services: s => s.AddSingleton<TimeProvider>(clock));
        var blocked = new TaskCompletionSource<bool>();
        var freed = new TaskCompletionSource();
        server.Hooks.Download = async (_, responses, context) =>
        {
            // Beyond the window of a stream that nobody reads.
            var write = responses.WriteAsync(new TrialReply { Text = new string('x', 1 << 20) });
            blocked.SetResult(!write.IsCompleted);
            try
            {
                await write;
            }
            finally
            {
                freed.SetResult();
            }
        };
        using var call = server.Client().Download(
            new TrialRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
        Assert.True(await Soon.Within(blocked.Task));

        clock.Advance(TimeSpan.FromHours(2));

        await Soon.Within(freed.Task);
        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)))
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
                var reply = await Soon.Within(client.UnaryAsync(new TrialRequest { Number = i }, deadline: In(i % 5)).ResponseAsync);
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

    private static (Task Started, Task Cancelled) Hang(TrialServer server)
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        server.Hooks.Unary = async (_, context) =>
        {
            using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
            started.TrySetResult();
            await cancelled.Task;
            return new TrialReply();
        };
        return (started.Task, cancelled.Task);
    }

    private static ServiceProvider With(TimeProvider clock) => new ServiceCollection().AddSingleton(clock).BuildServiceProvider();

    private static DateTime In(int milliseconds) => TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(milliseconds);
}
