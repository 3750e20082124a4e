using Engine.V1;
using Grpc.Core;

namespace Engine.Api.Tests.Edge;

/// <summary>Typing and looking: told to who watches, and to nobody else.</summary>
public sealed class ActivityTests(EngineServer server) : IClassFixture<EngineServer>
{
    private readonly string _run = Guid.NewGuid().ToString("n")[..12];

    [Fact]
    public async Task An_agent_types_and_the_customers_watch_hears_it_with_its_end()
    {
        var conversation = await StartAsync();
        var agent = await AgentAsync();
        using var watch = server.Admin.Conversations.WatchActivity(new WatchActivityRequest { Conversation = conversation });
        await watch.ResponseHeadersAsync.WaitAsync(Until.Deadline);

        var before = TimeProvider.System.GetUtcNow();
        await agent.Conversations.SignalActivityAsync(Signal(conversation, ActivityKind.Typing));
        var typing = await NextAsync(watch);
        Assert.Equal((AuthorType.Agent, $"agents/ana-{_run}", ActivityKind.Typing), (typing.Participant.Type, typing.Participant.Name, typing.Kind));
        Assert.InRange(typing.ExpireTime.ToDateTimeOffset(), before.AddSeconds(6), TimeProvider.System.GetUtcNow().AddSeconds(6));

        await agent.Conversations.SignalActivityAsync(Signal(conversation, ActivityKind.StoppedTyping));
        var stopped = await NextAsync(watch);
        Assert.Equal(ActivityKind.StoppedTyping, stopped.Kind);
        Assert.Null(stopped.ExpireTime);
    }

    [Fact]
    public async Task An_agent_hears_the_customer_but_not_themselves()
    {
        var conversation = await StartAsync();
        var agent = await AgentAsync();
        using var watch = agent.Conversations.WatchActivity(new WatchActivityRequest { Conversation = conversation });
        await watch.ResponseHeadersAsync.WaitAsync(Until.Deadline);

        await agent.Conversations.SignalActivityAsync(Signal(conversation, ActivityKind.Viewing));
        await server.Admin.Conversations.SignalActivityAsync(Signal(conversation, ActivityKind.Typing));
        var heard = await NextAsync(watch);
        Assert.Equal((AuthorType.Customer, ActivityKind.Typing), (heard.Participant.Type, heard.Kind));
        Assert.StartsWith("customers/", heard.Participant.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_signal_within_a_second_is_told_once_and_every_watcher_hears_it()
    {
        var conversation = await StartAsync();
        using var first = server.Admin.Conversations.WatchActivity(new WatchActivityRequest { Conversation = conversation });
        using var second = server.Admin.Conversations.WatchActivity(new WatchActivityRequest { Conversation = conversation });
        await Task.WhenAll(first.ResponseHeadersAsync, second.ResponseHeadersAsync).WaitAsync(Until.Deadline);

        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 5; i++) await server.Admin.Conversations.SignalActivityAsync(Signal(conversation, ActivityKind.Typing));
        await server.Admin.Conversations.SignalActivityAsync(Signal(conversation, ActivityKind.Left));
        // Only a machine that takes a second for six calls may let more than one pass.
        var typedMax = 1 + (int)TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        foreach (var watch in new[] { first, second })
        {
            var kinds = new List<ActivityKind>();
            do kinds.Add((await NextAsync(watch)).Kind);
            while (kinds[^1] != ActivityKind.Left);
            Assert.InRange(kinds.Count(kind => kind == ActivityKind.Typing), 1, typedMax);
        }
    }

    [Fact]
    public async Task Nothing_of_it_is_stored()
    {
        var conversation = await StartAsync();
        var before = await server.Journal.ReadEndAsync();
        await server.Admin.Conversations.SignalActivityAsync(Signal(conversation, ActivityKind.Typing));
        Assert.Equal(before, await server.Journal.ReadEndAsync());
    }

    [Fact]
    public async Task Another_workspaces_conversation_is_not_there()
    {
        var conversation = await StartAsync();
        var other = await server.Admin.Workspaces.CreateWorkspaceAsync(
            new CreateWorkspaceRequest { RequestId = $"other-{_run}", WorkspaceId = $"w{_run}" });
        var stranger = server.Host.With(other.Secret);
        var signal = await Assert.ThrowsAsync<RpcException>(
            () => stranger.Conversations.SignalActivityAsync(Signal(conversation, ActivityKind.Typing)).ResponseAsync);
        Assert.Equal("CONVERSATION_NOT_FOUND", Details.Of(signal).Info.Reason);
        using var watch = stranger.Conversations.WatchActivity(new WatchActivityRequest { Conversation = conversation });
        var refused = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(default));
        Assert.Equal("CONVERSATION_NOT_FOUND", Details.Of(refused).Info.Reason);
    }

    private static SignalActivityRequest Signal(string conversation, ActivityKind kind) => new() { Conversation = conversation, Kind = kind };

    private static async Task<WatchActivityResponse> NextAsync(AsyncServerStreamingCall<WatchActivityResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
        return watch.ResponseStream.Current;
    }

    private async Task<Clients> AgentAsync()
    {
        await server.Admin.Agents.CreateAgentAsync(new CreateAgentRequest { RequestId = $"agent-{_run}", AgentId = $"ana-{_run}" });
        return await server.WithRoleAsync(Role.Agent, $"agents/ana-{_run}");
    }

    private async Task<string> StartAsync()
    {
        var received = await server.Admin.Inbound.ReceiveMessageAsync(new ReceiveMessageRequest
        {
            Channel = "web", Address = $"visitor-{_run}", ExternalId = "m1", Content = new Content { Text = "Hello" },
        });
        return received.Conversation;
    }
}
