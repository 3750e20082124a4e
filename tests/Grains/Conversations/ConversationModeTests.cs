using System.Text;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Conversations;

/// <summary>Live chats and calls: how a conversation becomes one, who gets it, and how it falls back.</summary>
public sealed class ConversationModeTests
{
    private const string Number = "+351210001122";

    [Fact]
    public async Task A_call_is_asked_for_made_and_over()
    {
        await using var shop = await InQueueAsync();
        var name = await AssignedAsync(shop);
        var grain = shop.Conversation(name);

        var asked = (await grain.RequestCallbackAsync(Callback(shop, name, 0, 60), Callers.Integration)).Result;

        // A call asks for more room than a letter: it waits again, and who had it gets it first.
        Assert.Equal((ConversationMode.Callback, ConversationStatus.Open, "", "agents/ana"), (asked.Mode, asked.Status, asked.Assignee, asked.PreferredAgent));
        Assert.NotNull(asked.WaitBeginTime);
        Assert.Equal("NOT_ASSIGNEE", (await grain.GetCallbackAsync(Callers.Agent("ana"))).Rejection.Reason);
        await shop.AssignReservedAsync(name, "main", "ana", "call");
        Assert.Equal(Number, (await grain.GetCallbackAsync(Callers.Agent("ana"))).Result.PhoneNumber);
        Assert.Equal("NOT_ASSIGNEE", (await grain.GetCallbackAsync(Callers.Agent("bo"))).Rejection.Reason);
        Assert.Equal(Number, (await grain.GetCallbackAsync(Callers.Admin)).Result.PhoneNumber);

        // Before the call the shop still owes it, whatever it writes.
        await shop.SayAsync(name, Callers.Agent("ana"));
        Assert.Equal(ConversationStatus.Open, (await shop.GetAsync(name)).Status);

        var done = (await grain.EndCallbackAsync(new() { RequestId = shop.Request(), Name = name, Done = true }, Callers.Agent("ana"))).Result;
        Assert.Equal((ConversationMode.Asynchronous, ConversationStatus.Open, "agents/ana", null), (done.Mode, done.Status, done.Assignee, done.Callback));
        Assert.Equal("CALLBACK_NOT_FOUND", (await grain.GetCallbackAsync(Callers.Admin)).Rejection.Reason);
        Assert.Equal("NO_CALLBACK", (await grain.EndCallbackAsync(new() { RequestId = shop.Request(), Name = name }, Callers.Admin)).Rejection.Reason);
        Assert.Equal([ModeChangeReason.Requested, ModeChangeReason.Done], await ModesAsync(shop, name));
        // A call is an answer, and who called is who answered last.
        var last = (await shop.CommitsAsync(name))[^1].Conversation;
        Assert.Equal(("ana", null), (last.Summary.LastAgent, last.Summary.UnansweredTime));
    }

    [Fact]
    public async Task A_number_is_never_stored_readable()
    {
        await using var shop = await InQueueAsync();
        var name = await AssignedAsync(shop);
        await shop.Conversation(name).RequestCallbackAsync(Callback(shop, name, 0, 60), Callers.Integration);
        var digits = Encoding.ASCII.GetBytes(Number[1..]);
        foreach (var commit in await shop.CommitsAsync(name)) Assert.True(commit.ToByteArray().AsSpan().IndexOf(digits) < 0, "The number stands in the journal.");
        await shop.RestartAsync();
        Assert.Equal(Number, (await shop.Conversation(name).GetCallbackAsync(Callers.Admin)).Result.PhoneNumber);
    }

    [Theory]
    [InlineData("351210001122", 0, 60)]
    [InlineData("+35", 0, 60)]
    [InlineData("+3512100011223344", 0, 60)]
    [InlineData("+351 210 001", 0, 60)]
    [InlineData(Number, 60, 60)]
    [InlineData(Number, -120, -60)]
    [InlineData(Number, 0, 32 * 24 * 60)]
    public async Task RequestCallback_NumberOrWindowWrong_RefusedAndNothingChanged(string number, int from, int to)
    {
        await using var shop = await InQueueAsync();
        var name = await AssignedAsync(shop);
        var request = Callback(shop, name, from, to);
        request.PhoneNumber = number;
        var version = (await shop.GetAsync(name)).Version;

        Assert.Equal(RejectionKind.Invalid, (await shop.Conversation(name).RequestCallbackAsync(request, Callers.Integration)).Rejection.Kind);

        Assert.Equal(version, (await shop.GetAsync(name)).Version);
    }

    [Fact]
    public async Task A_call_that_nobody_made_in_time_is_missed_and_the_conversation_open()
    {
        await using var shop = await InQueueAsync();
        var name = await AssignedAsync(shop);
        var asked = (await shop.Conversation(name).RequestCallbackAsync(Callback(shop, name, 30, 60), Callers.Integration)).Result;
        await shop.Conversation(name).SnoozeAsync(
            new() { RequestId = shop.Request(), Name = name, UntilTime = Timestamp.FromDateTimeOffset(shop.Now.AddHours(5)) }, Callers.Admin);
        shop.Time.Advance(TimeSpan.FromHours(2));

        await shop.WakeAsync(name);

        var missed = await shop.GetAsync(name);
        Assert.Equal((ConversationMode.Asynchronous, ConversationStatus.Open, null), (missed.Mode, missed.Status, missed.Callback));
        Assert.Equal(asked.Callback.EndTime, missed.WaitBeginTime);
        Assert.Equal([ModeChangeReason.Requested, ModeChangeReason.Missed], await ModesAsync(shop, name));
        Assert.Equal("CALLBACK_NOT_FOUND", (await shop.Conversation(name).GetCallbackAsync(Callers.Admin)).Rejection.Reason);
    }

    [Fact]
    public async Task A_chat_goes_live_waits_for_room_and_falls_back_when_nobody_writes()
    {
        await using var shop = await InQueueAsync();
        var name = await AssignedAsync(shop);
        var grain = shop.Conversation(name);
        shop.Time.Advance(TimeSpan.FromDays(2));

        var live = (await grain.StartLiveAsync(new() { RequestId = shop.Request(), Name = name }, Callers.Integration)).Result;
        Assert.Equal((ConversationMode.Live, "", "agents/ana"), (live.Mode, live.Assignee, live.PreferredAgent));
        await shop.AssignReservedAsync(name, "main", "ana", "live");
        var again = (await grain.StartLiveAsync(new() { RequestId = shop.Request(), Name = name }, Callers.Integration)).Result;
        Assert.Equal("agents/ana", again.Assignee);

        // Idle is counted from the last word, not from the one of two days ago.
        shop.Time.Advance(TimeSpan.FromMinutes(4));
        await shop.SayAsync(name, Callers.Integration, AuthorType.Customer);
        shop.Time.Advance(TimeSpan.FromMinutes(4));
        await shop.WakeAsync(name);
        Assert.Equal(ConversationMode.Live, (await shop.GetAsync(name)).Mode);
        shop.Time.Advance(TimeSpan.FromMinutes(2));
        await shop.WakeAsync(name);

        var idle = await shop.GetAsync(name);
        Assert.Equal((ConversationMode.Asynchronous, "agents/ana", ConversationStatus.Open), (idle.Mode, idle.Assignee, idle.Status));
        Assert.Equal([ModeChangeReason.Requested, ModeChangeReason.Idle], await ModesAsync(shop, name));
        Assert.Equal(2, (await Inbound.MessagesAsync(shop.Silo, name)).Count);
        Assert.Equal("NOT_LIVE", (await grain.EndLiveAsync(new() { RequestId = shop.Request(), Name = name }, Callers.Admin)).Rejection.Reason);
    }

    [Fact]
    public async Task Resolved_or_closed_ends_any_mode_and_a_new_one_can_begin_live()
    {
        await using var shop = await InQueueAsync();
        var chat = await shop.StartAsync(r => r.Mode = ConversationMode.Live);
        Assert.Equal(ConversationMode.Live, chat.Mode);
        await shop.Conversation(chat.Name).ResolveAsync(new() { RequestId = shop.Request(), Name = chat.Name }, 1_000_000, Callers.Admin);
        var call = await shop.StartAsync(r => r.Channel = "email");
        await shop.Conversation(call.Name).RequestCallbackAsync(Callback(shop, call.Name, 0, 60), Callers.Integration);
        var closed = (await shop.Conversation(call.Name).CloseAsync(new() { RequestId = shop.Request(), Name = call.Name }, Callers.Admin)).Result;

        Assert.Equal(ConversationMode.Asynchronous, (await shop.GetAsync(chat.Name)).Mode);
        Assert.Equal((ConversationMode.Asynchronous, null), (closed.Mode, closed.Callback));
        Assert.Equal("CALLBACK_NOT_FOUND", (await shop.Conversation(call.Name).GetCallbackAsync(Callers.Admin)).Rejection.Reason);
        Assert.Equal(
            "mode", (await shop.TryStartAsync(r => r.Mode = ConversationMode.Callback)).Rejection.Fields.Single().Field);
    }

    [Fact]
    public async Task Outside_of_queues_the_agent_keeps_it_and_another_one_may_not_raise_it()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With());
        var name = (await shop.StartAsync()).Name;
        await shop.Conversation(name).AssignAsync(new() { RequestId = shop.Request(), Name = name, Agent = "agents/ana" }, Callers.Admin);

        Assert.Equal(
            "NOT_ASSIGNEE", (await shop.Conversation(name).StartLiveAsync(new() { RequestId = shop.Request(), Name = name }, Callers.Agent("bo"))).Rejection.Reason);
        var live = (await shop.Conversation(name).StartLiveAsync(new() { RequestId = shop.Request(), Name = name }, Callers.Agent("ana"))).Result;

        Assert.Equal(("agents/ana", ConversationMode.Live), (live.Assignee, live.Mode));
    }

    private static Task<RuledShop> InQueueAsync() => RuledShop.OpenAsync(ShopCatalog.With(
        [new Queue { Name = "queues/main", Match = new QueueMatch() }],
        routing: new RoutingSettings { LiveIdle = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)) }));

    private static async Task<string> AssignedAsync(RuledShop shop)
    {
        var name = (await shop.StartAsync()).Name;
        Assert.Null((await shop.AssignReservedAsync(name, "main", "ana", "letter")).Rejection);
        return name;
    }

    private static RequestCallbackRequest Callback(RuledShop shop, string name, int fromMinutes, int toMinutes)
    {
        var now = shop.Now;
        return new RequestCallbackRequest
        {
            RequestId = shop.Request(),
            Name = name,
            PhoneNumber = Number,
            Window = new()
            {
                StartTime = fromMinutes == 0 ? null : Timestamp.FromDateTimeOffset(now.AddMinutes(fromMinutes)),
                EndTime = Timestamp.FromDateTimeOffset(now.AddMinutes(toMinutes)),
            },
        };
    }

    private static async Task<IReadOnlyList<ModeChangeReason>> ModesAsync(RuledShop shop, string name) =>
        [.. (await shop.EventsAsync(name)).Where(e => e.ModeChanged is not null).Select(e => e.ModeChanged.Reason)];
}
