using System.Diagnostics.Metrics;
using Engine.Api.Health;
using Engine.Grains.Consumers;
using Engine.Grains.Conversations;
using Engine.Grains.Events;
using Engine.Grains.Identities;
using Engine.Grains.Journal;
using Engine.Grains.Sla.Explaining;
using Engine.Grains.Views;
using Engine.Grains.Workspaces;
using Engine.Internal.V1;
using Engine.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engine.Api.Tests.Edge;

/// <summary>What the edge does when grains behave as they rarely do.</summary>
public sealed class EdgeTests : IAsyncLifetime
{
    private readonly ScriptedGrains _grains = new();
    private readonly NoStores _stores = new();
    private readonly Dictionary<string, Role> _keys = new() { ["admin"] = Role.Admin };
    private ApiHost _host = null!;

    private Clients Admin => _host.With("ek_shop_admin_s");

    public async Task InitializeAsync()
    {
        _grains.Keys(id => _keys.TryGetValue(id, out var role) ? new Caller { Key = id, Role = role } : null);
        _host = await StartAsync();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_lost_fence_is_tried_again_with_the_same_request()
    {
        var seen = new List<SendMessageRequest>();
        _grains.On<IConversationGrain>("SendMessageAsync", (key, arguments) =>
        {
            seen.Add(((SendMessageRequest)arguments[0]!).Clone());
            return Task.FromResult(seen.Count < 3
                ? new MessageReply { Rejection = new Rejection { Kind = RejectionKind.Unavailable, Reason = "FENCE_LOST" } }
                : new MessageReply { Result = new Message { Name = $"{key}/3" }, Position = new Position { Lane = 4, Sequence = 17 } });
        });

        var call = Admin.Conversations.SendMessageAsync(Message());
        var message = await call;

        Assert.Equal("shop/c/3", message.Name);
        Assert.Equal(3, seen.Count);
        Assert.All(seen, r => Assert.Equal(Message(), r));
        Assert.NotNull(call.GetTrailers().GetValue("engine-position"));
    }

    [Fact]
    public async Task A_fence_lost_again_and_again_is_told()
    {
        var tries = 0;
        _grains.On<IConversationGrain>("SendMessageAsync", (_, _) =>
        {
            tries++;
            return Task.FromResult(new MessageReply { Rejection = new Rejection { Kind = RejectionKind.Unavailable, Reason = "FENCE_LOST" } });
        });
        await RefusedAsync(Admin.Conversations.SendMessageAsync(Message()), StatusCode.Unavailable, "FENCE_LOST");
        Assert.Equal(4, tries);
    }

    [Fact]
    public async Task A_call_that_times_out_has_an_unknown_outcome()
    {
        _grains.On<IConversationGrain>("SendMessageAsync", (_, _) => Task.FromException<MessageReply>(new TimeoutException()));
        var details = await RefusedAsync(Admin.Conversations.SendMessageAsync(Message()), StatusCode.Unavailable, "OUTCOME_UNKNOWN");
        Assert.NotNull(details.Retry);
    }

    [Fact]
    public async Task A_fault_of_ours_is_logged_once_and_tells_nothing()
    {
        _grains.On<IConversationGrain>("SendMessageAsync", (_, _) => Task.FromException<MessageReply>(new InvalidOperationException("a secret")));
        var details = await RefusedAsync(Admin.Conversations.SendMessageAsync(Message()), StatusCode.Internal, "INTERNAL");
        Assert.DoesNotContain("secret", details.Status.ToString(), StringComparison.Ordinal);
        var line = Assert.Single(_host.Log.Lines, l => l.Level >= LogLevel.Error);
        Assert.Contains("SendMessage", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Where is", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_keys_answer_is_remembered_for_a_while()
    {
        var asked = 0;
        _grains.Keys(id =>
        {
            asked++;
            return new Caller { Key = id, Role = Role.Admin };
        });
        _grains.On<IConversationGrain>("GetAsync", (_, _) => Task.FromResult(new ConversationReply { Result = new Conversation() }));
        for (var i = 0; i < 20; i++) await Admin.Conversations.GetConversationAsync(new GetConversationRequest { Name = "conversations/c" });
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData(null, "KEY_MISSING")]
    [InlineData("nonsense", "KEY_INVALID")]
    [InlineData("ek_shop_nobody_s", "KEY_INVALID")]
    public async Task Without_a_good_key_nothing_goes(string? key, string reason)
    {
        await RefusedAsync(_host.With(key).Conversations.SendMessageAsync(Message()), StatusCode.Unauthenticated, reason);
        using var stream = _host.With(key).Conversations.WatchConversation(new WatchConversationRequest { Name = "conversations/c" });
        var error = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(default));
        Assert.Equal((StatusCode.Unauthenticated, reason), (error.StatusCode, Details.Of(error).Info.Reason));
    }

    [Fact]
    public async Task When_keys_cannot_be_checked_the_call_is_unavailable_rather_than_unauthenticated()
    {
        _grains.On<IWorkspaceGrain>("AuthenticateAsync", (_, _) => Task.FromException<AuthenticateReply>(new TimeoutException()));
        await RefusedAsync(_host.With("ek_shop_new_s").Conversations.SendMessageAsync(Message()), StatusCode.Unavailable, "OUTCOME_UNKNOWN");
    }

    [Fact]
    public async Task A_list_waits_for_what_its_caller_wrote()
    {
        _grains.On<IConversationGrain>("SendMessageAsync", (_, _) => Task.FromResult(new MessageReply
        {
            Result = new Message(), Position = new Position { Lane = 4, Sequence = 17 },
        }));
        await Admin.Conversations.SendMessageAsync(Message());

        var fresh = Admin.Conversations.ListConversationsAsync(new ListConversationsRequest());
        await fresh;
        Assert.Equal(new LanePosition(4, 0, 17), Assert.Single(_stores.WaitedFor));
        Assert.Null((await fresh.ResponseHeadersAsync).GetValue("engine-stale"));

        _stores.CatchesUp = false;
        var stale = Admin.Conversations.ListConversationsAsync(new ListConversationsRequest());
        await stale;
        Assert.Equal("true", (await stale.ResponseHeadersAsync).GetValue("engine-stale"));
    }

    [Fact]
    public async Task A_list_waits_for_the_position_it_is_given()
    {
        _grains.On<IConversationGrain>("SendMessageAsync", (_, _) => Task.FromResult(new MessageReply
        {
            Result = new Message(), Position = new Position { Lane = 9, Sequence = 5 },
        }));
        var write = Admin.Conversations.SendMessageAsync(Message());
        await write;
        _keys["reader"] = Role.ReadOnly;

        await _host.With("ek_shop_reader_s").Conversations.ListConversationsAsync(new ListConversationsRequest
        {
            AfterPosition = write.GetTrailers().GetValue("engine-position"),
        });
        Assert.Equal(new LanePosition(9, 0, 5), Assert.Single(_stores.WaitedFor));
    }

    [Fact]
    public async Task A_watch_goes_on_over_failures_without_gap_or_double()
    {
        var asked = new List<long>();
        _grains.On<IConversationGrain>("ReadCommitsAsync", (_, arguments) =>
        {
            var after = ((ReadCommitsRequest)arguments[0]!).AfterVersion;
            asked.Add(after);
            if (asked.Count is 2 or 3) return Task.FromException<CommitsReply>(new TimeoutException());
            var commits = new Commits { End = after >= 4 };
            if (after < 4) commits.Commits_.Add([new WatchConversationResponse { Version = after + 1 }, new WatchConversationResponse { Version = after + 2 }]);
            return Task.FromResult(new CommitsReply { Result = commits });
        });

        using var stream = Admin.Conversations.WatchConversation(new WatchConversationRequest { Name = "conversations/c" });
        var versions = new List<long>();
        await foreach (var commit in stream.ResponseStream.ReadAllAsync()) versions.Add(commit.Version);
        Assert.Equal([1L, 2, 3, 4], versions);
        Assert.Equal([0L, 2, 2, 2, 4], asked);
    }

    [Fact]
    public async Task A_watch_ends_when_its_key_is_revoked()
    {
        ScriptQuietConversation();
        using var stream = Admin.Conversations.WatchConversation(new WatchConversationRequest { Name = "conversations/c" });
        Assert.True(await stream.ResponseStream.MoveNext(default));
        _keys.Remove("admin");
        var error = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
        Assert.Equal((StatusCode.Unauthenticated, "KEY_INVALID"), (error.StatusCode, Details.Of(error).Info.Reason));
    }

    [Fact]
    public async Task Streams_and_health_end_when_the_server_drains()
    {
        ScriptQuietConversation();
        var health = _host.Services.GetRequiredService<IServingStatus>();
        health.Set(ServingState.Serving);
        using var watch = Admin.Conversations.WatchConversation(new WatchConversationRequest { Name = "conversations/c" });
        using var check = _host.With(null).Health.Watch(new HealthCheckRequest());
        Assert.True(await check.ResponseStream.MoveNext(default));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, check.ResponseStream.Current.Status);
        await watch.ResponseStream.MoveNext(default);

        health.Set(ServingState.NotServing);
        Assert.True(await check.ResponseStream.MoveNext(default));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, check.ResponseStream.Current.Status);

        var stopped = _host.StopAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
        Assert.Equal((StatusCode.Unavailable, "SERVER_DRAINING"), (error.StatusCode, Details.Of(error).Info.Reason));
        error = await Assert.ThrowsAsync<RpcException>(() => check.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        await stopped.WaitAsync(Until.Deadline);
    }

    [Fact]
    public async Task A_key_has_only_so_many_streams()
    {
        await _host.DisposeAsync();
        _host = await StartAsync(options => options.StreamsPerKeyMax = 2);
        ScriptQuietConversation();
        var request = new WatchConversationRequest { Name = "conversations/c" };
        using var first = Admin.Conversations.WatchConversation(request);
        using var second = Admin.Conversations.WatchConversation(request);
        await first.ResponseStream.MoveNext(default);
        await second.ResponseStream.MoveNext(default);

        using (var third = Admin.Conversations.WatchConversation(request))
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => third.ResponseStream.MoveNext(default));
            var details = Details.Of(error);
            Assert.Equal((StatusCode.ResourceExhausted, "QUOTA_EXCEEDED"), (error.StatusCode, details.Info.Reason));
            Assert.Equal(("streams_per_key", "2"), (details.Info.Metadata["limit"], details.Info.Metadata["maximum"]));
        }

        first.Dispose();
        await Until.Async(
            async () =>
            {
                using var again = Admin.Conversations.WatchConversation(request);
                try
                {
                    return await again.ResponseStream.MoveNext(default);
                }
                catch (RpcException)
                {
                    return false;
                }
            },
            isOpen => isOpen,
            "a stream that ended makes room for another");
    }

    [Fact]
    public async Task Event_streams_say_where_now_is_and_that_they_live()
    {
        await _host.DisposeAsync();
        _host = await StartAsync(options => options.EventHeartbeatMs = 100);
        using var stream = Admin.Events.WatchEvents(new WatchEventsRequest { FromNow = true });
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await stream.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
            Assert.Null(stream.ResponseStream.Current.Event);
            Assert.NotEmpty(stream.ResponseStream.Current.Position);
        }
    }

    [Fact]
    public async Task Calls_are_measured_by_method_and_status()
    {
        var seen = new List<(double Seconds, string Method, string Status)>();
        using var listener = new MeterListener();
        var factory = _host.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "engine.api.request.duration" && ReferenceEquals(instrument.Meter.Scope, factory)) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            var byName = tags.ToArray().ToDictionary(t => t.Key, t => t.Value as string);
            lock (seen) seen.Add((value, byName["rpc.method"]!, byName["rpc.response.status_code"]!));
        });
        listener.Start();
        await Assert.ThrowsAsync<RpcException>(() => Admin.Conversations.SendMessageAsync(new SendMessageRequest()).ResponseAsync);
        var (seconds, method, status) = (await Until.Async(() => Task.FromResult(seen), s => s.Count > 0, "a measurement"))[0];
        Assert.InRange(seconds, 0, 30);
        Assert.Equal(("/engine.v1.ConversationService/SendMessage", "INVALID_ARGUMENT"), (method, status));
    }

    private static SendMessageRequest Message() => new()
    {
        RequestId = "r-1", Conversation = "conversations/c", Content = new Content { Text = "Where is my order?" },
    };

    private static async Task<Details> RefusedAsync<T>(AsyncUnaryCall<T> call, StatusCode code, string reason)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        var details = Details.Of(error);
        Assert.Equal((code, reason), (error.StatusCode, details.Info.Reason));
        return details;
    }

    private void ScriptQuietConversation() => _grains.On<IConversationGrain>("ReadCommitsAsync", (_, arguments) =>
    {
        if (((ReadCommitsRequest)arguments[0]!).AfterVersion > 0) return WaitForeverAsync((CancellationToken)arguments[1]!);
        var commits = new Commits();
        commits.Commits_.Add(new WatchConversationResponse { Version = 1 });
        return Task.FromResult(new CommitsReply { Result = commits });
    });

    private static async Task<CommitsReply> WaitForeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return new CommitsReply();
    }

    private Task<ApiHost> StartAsync(Action<ApiOptions>? configure = null) => ApiHost.StartAsync(
        services =>
        {
            services.AddSingleton(_grains.Factory);
            services.AddSingleton<IListings>(_stores);
            services.AddSingleton<IEventReader>(_stores);
            services.AddSingleton<IConsumerStore>(_stores);
            services.AddSingleton<IIdentityKeys>(_stores);
            services.AddSingleton<IConversationHistories>(_stores);
        },
        configure);
}
