using Engine.Grains.Tests.Routing.Support;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Routing;

/// <summary>Agents leave, and their streams break.</summary>
public sealed class AbsenceTests
{
    private static readonly RoutingSettings Quick = new()
    {
        AbsenceGrace = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
        DisconnectGrace = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
    };

    [Fact]
    public async Task Work_of_the_absent_returns_after_the_grace_time_with_its_place()
    {
        await using var shop = await Shop.OpenAsync(routing: Quick);
        await shop.HireAsync("ana");
        var early = await shop.AskAsync();
        await shop.UntilAssignedAsync(early, "ana");
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 1, "in the inbox");
        await shop.SetAsync("ana", Presence.Away);
        var late = await shop.AskAsync();

        await shop.UntilStatusAsync(s => s.WaitingCount == 2, "returned");
        Assert.Equal("", await shop.AssigneeAsync(early));
        await shop.HireAsync("bo", capacity: 10);
        await shop.UntilAssignedAsync(early, "bo");
        Assert.Equal("", await shop.AssigneeAsync(late));
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 0 && i.LoadUnits == 0, "gone");
    }

    [Fact]
    public async Task Work_of_the_absent_returns_also_when_their_silo_died()
    {
        await using var shop = await Shop.OpenAsync(routing: new() { AbsenceGrace = Duration.FromTimeSpan(TimeSpan.FromMinutes(2)) });
        await shop.HireAsync("ana");
        var conversation = await shop.AskAsync();
        await shop.UntilAssignedAsync(conversation, "ana");
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 1, "in the inbox");
        await shop.SetAsync("ana", Presence.Offline);
        await shop.RestartAsync();
        Assert.Equal("agents/ana", await shop.AssigneeAsync(conversation));
        shop.Time.Advance(TimeSpan.FromMinutes(4));

        await shop.UntilStatusAsync(s => s.WaitingCount == 1, "returned");
    }

    [Fact]
    public async Task A_conversation_that_reopens_to_an_absent_agent_is_routed_anew()
    {
        await using var shop = await Shop.OpenAsync(routing: Quick);
        await shop.HireAsync("ana");
        var conversation = await shop.AskAsync();
        await shop.UntilAssignedAsync(conversation, "ana");
        await shop.AnswerAsync(conversation, "ana");
        await shop.UntilInboxAsync("ana", i => i.LoadUnits == 2, "answered");
        await shop.SetAsync("ana", Presence.Offline);
        await shop.HireAsync("bo");
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("agents/ana", await shop.AssigneeAsync(conversation));

        await shop.WriteAsync(conversation);
        await shop.UntilAssignedAsync(conversation, "bo");
    }

    [Fact]
    public async Task A_stream_keeps_its_agent_online_and_its_interruption_does_not()
    {
        await using var shop = await Shop.OpenAsync(routing: Quick);
        await shop.HireAsync("ana", presence: Presence.Offline);
        var read = await shop.Agent("ana").ReadInboxAsync(new() { KeepsOnline = true, StreamBegins = true });
        Assert.Equal(Presence.Online, read.Result.Presence);

        // Longer than the grace time: but the stream lasts.
        var version = read.Result.Version;
        using var stop = new CancellationTokenSource();
        var waiting = shop.Agent("ana").ReadInboxAsync(
            new() { KeepsOnline = true, AfterVersion = version, Wait = Duration.FromTimeSpan(TimeSpan.FromSeconds(15)) }, stop.Token);
        shop.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Presence.Online, (await shop.Agent("ana").GetAsync()).Result.Presence);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await Until.Async(() => shop.Agent("ana").GetAsync(), a => a.Result.Presence == Presence.Away, "away");
        // The stream comes back by itself; what a person says is not contradicted by it.
        var back = await shop.Agent("ana").ReadInboxAsync(new() { KeepsOnline = true, AfterVersion = version });
        Assert.Equal(Presence.Online, back.Result.Presence);
        await shop.SetAsync("ana", Presence.Offline);
        var off = await shop.Agent("ana").ReadInboxAsync(new() { KeepsOnline = true, AfterVersion = back.Result.Version });
        Assert.Equal(Presence.Offline, off.Result.Presence);
    }

    [Fact]
    public async Task Who_was_online_by_a_stream_is_not_for_ever_when_the_silo_dies()
    {
        await using var shop = await Shop.OpenAsync(routing: Quick);
        await shop.HireAsync("ana", presence: Presence.Offline);
        await shop.Agent("ana").ReadInboxAsync(new() { KeepsOnline = true, StreamBegins = true });
        await shop.RestartAsync();
        shop.Time.Advance(TimeSpan.FromMinutes(2));

        // Nobody asks the agent: the reminder wakes it.
        await Until.Async(
            () => shop.Stores.Journal.ReadStreamAsync(new Engine.Grains.Journal.StreamName(Callers.Workspace, "agent", "ana"), 0, 100),
            rows => Internal.V1.Commit.Parser.ParseFrom(rows[^1].Payload.Span).Agent.Events.Any(e => e.PresenceChanged?.Presence == Presence.Away),
            "away");
    }
}
