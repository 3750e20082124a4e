using Engine.Grains.Tests.Routing.Support;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Routing;

/// <summary>A queue's memory is the journal's: it may be lost, made anew, and looked through.</summary>
public sealed class MemoryTests
{
    [Fact]
    public async Task A_queue_with_a_hundred_waiting_comes_back_whole()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana", capacity: 5);
        var conversations = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => shop.AskAsync()));
        await shop.UntilStatusAsync(s => s.WaitingCount == 100, "all wait");
        await shop.ForgetAsync(shop.Queue());
        var status = await shop.UntilStatusAsync(s => s.WaitingCount == 100 && s.OnlineAgentCount == 1, "all wait again");
        Assert.Equal(5, status.CapacityUnits);

        await shop.RestartAsync();
        await shop.HireAsync("bo", capacity: 1_000);
        foreach (var conversation in conversations) await shop.UntilAssignedAsync(conversation, "bo");
        status = await shop.UntilStatusAsync(s => s.WaitingCount == 0, "none waits");
        Assert.Equal(0, status.ReconciledCount);
    }

    [Fact]
    public async Task A_queue_that_died_comes_back_by_its_reminder()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana");
        await shop.SetAsync("ana", Presence.Away);
        var conversation = await shop.AskAsync();
        await shop.UntilStatusAsync(s => s.WaitingCount == 1, "waits");
        await Until.Async(
            async () => (await shop.Stores.Reminders.ReadRows(0, 0)).Reminders, rows => rows.Any(r => r.ReminderName == "alive"), "reminded");
        await shop.ForgetAsync(shop.Queue());

        // Nobody tells the queue anything.
        shop.Loses = _ => true;
        await shop.SetAsync("ana", Presence.Online);
        shop.Time.Advance(TimeSpan.FromMinutes(2));
        // Whether a look comes in between and counts what the test withholds is chance.
        await shop.UntilAssignedAsync(conversation, "ana");
    }

    [Fact]
    public async Task An_assignment_whose_queue_died_midway_is_made_later_and_only_once()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana");
        await shop.SetAsync("ana", Presence.Away);
        var conversation = await shop.AskAsync();
        await shop.UntilStatusAsync(s => s.WaitingCount == 1, "waits");
        await shop.ForgetAsync(shop.Queue());

        // As the queue did before it died: the units are reserved, the conversation does not know.
        var expire = shop.Time.GetUtcNow().AddSeconds(3);
        var reserved = await shop.Agent("ana").ReserveAsync(new ReserveCommand
        {
            Reservation = new Reservation
            {
                Id = "orphan", Conversation = Shop.IdOf(conversation), Queue = "care", Units = 10, ExpireTime = Timestamp.FromDateTimeOffset(expire),
            },
            IgnorePresence = true,
        });
        Assert.Null(reserved.Rejection);
        await shop.SetAsync("ana", Presence.Online);

        await shop.UntilAssignedAsync(conversation, "ana");
        Assert.True(shop.Time.GetUtcNow() >= expire, "not before the reservation was over");
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 1 && i.LoadUnits == 10, "once");
        Assert.Equal(1, (await shop.Agent("ana").GetRoutingAsync()).Agent.AssignedCount);
        Assert.Equal(0, (await shop.StatusAsync()).ReconciledCount);
    }

    [Fact]
    public async Task What_a_queue_was_never_told_is_found_mended_and_counted()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana", capacity: 10);
        var first = await shop.AskAsync();
        await shop.UntilAssignedAsync(first, "ana");
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 1, "in the inbox");

        shop.Loses = row => row.Stream.Kind == "conversation";
        var lost = await shop.AskAsync();
        await shop.UntilStatusAsync(s => s.ReconciledCount == 1, "found");
        Assert.Equal(1, (await shop.StatusAsync()).WaitingCount);

        // Of its going the queue is not told either, nor of the agent's room.
        await shop.ResolveAsync(lost);
        await shop.UntilStatusAsync(s => s.ReconciledCount == 2, "gone again");
        Assert.Equal(0, (await shop.StatusAsync()).WaitingCount);
        shop.Loses = row => row.Stream.Kind == "agent";
        await shop.ResolveAsync(first);
        var last = await shop.AskAsync();
        await shop.UntilAssignedAsync(last, "ana");
        Assert.Equal(3, (await shop.StatusAsync()).ReconciledCount);
    }

    [Fact]
    public async Task A_reservation_that_nobody_ends_is_found_and_ended()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana", capacity: 10);
        var conversation = await shop.AskAsync();
        await shop.UntilAssignedAsync(conversation, "ana");
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 1, "in the inbox");
        await shop.ResolveAsync(conversation);
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 0, "left");

        // Confirmed for a conversation that was never assigned by it.
        await shop.Agent("ana").ReserveAsync(new ReserveCommand
        {
            Reservation = new Reservation
            {
                Id = "leak", Conversation = Shop.IdOf(conversation), Queue = "care", Units = 10,
                ExpireTime = Timestamp.FromDateTimeOffset(shop.Time.GetUtcNow().AddMinutes(1)),
            },
        });
        await shop.Agent("ana").SettleAsync(new SettleReservationCommand { Reservation = "leak", Assigned = true });
        Assert.Equal(10, (await shop.InboxAsync("ana")).LoadUnits);
        await shop.UntilInboxAsync("ana", i => i.LoadUnits == 0, "ended");
        await shop.UntilStatusAsync(s => s.ReconciledCount == 1, "counted");
    }
}
