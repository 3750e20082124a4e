using Engine.Grains.Routing.Rehearsing;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Tests.Routing.Rehearsing;

/// <summary>What a conversation's commits say of its waits in a queue.</summary>
public sealed class WaitHistoryTests
{
    private static readonly Instant Begin = Instant.FromUtc(2026, 3, 2, 9, 0);

    private readonly WaitHistory _history = new("c1", "support");
    private long _version;

    [Fact]
    public void Assigned_after_five_minutes_and_worked_on_for_ten()
    {
        At(0, ConversationStatus.Open);
        At(5, ConversationStatus.Open, "ana");
        At(15, ConversationStatus.Pending, "ana");
        At(60, ConversationStatus.Resolved, "ana");

        var wait = Assert.Single(_history.Finish(Minute(120)));
        Assert.Equal((Minute(0), (Instant?)Minute(5), (Instant?)null), (wait.Begin, wait.Assigned, wait.Left));
        Assert.Equal(Duration.FromMinutes(10), wait.Handled);
        Assert.Equal(("c1", 1L, Minute(0)), (wait.Waiting.Conversation, wait.Waiting.Version, wait.Waiting.WaitBeginTime.ToInstant()));
    }

    [Fact]
    public void Only_the_time_that_it_is_open_is_work()
    {
        At(0, ConversationStatus.Open);
        At(1, ConversationStatus.Open, "ana");
        At(3, ConversationStatus.Pending, "ana");
        At(30, ConversationStatus.Open, "ana");

        Assert.Equal(Duration.FromMinutes(2 + 10), Assert.Single(_history.Finish(Minute(40))).Handled);
    }

    [Fact]
    public void Given_back_it_waits_a_second_time()
    {
        At(0, ConversationStatus.Open);
        At(2, ConversationStatus.Open, "ana");
        At(6, ConversationStatus.Open);
        At(9, ConversationStatus.Open, "bea");

        var waits = _history.Finish(Minute(10));
        Assert.Equal([Minute(0), Minute(6)], waits.Select(wait => wait.Begin));
        Assert.Equal([Minute(2), Minute(9)], waits.Select(wait => wait.Assigned!.Value));
        Assert.Equal([Duration.FromMinutes(4), Duration.FromMinutes(1)], waits.Select(wait => wait.Handled));
    }

    [Fact]
    public void Moved_to_another_queue_it_leaves_without_an_agent()
    {
        At(0, ConversationStatus.Open);
        At(4, ConversationStatus.Open, queue: "returns");
        At(5, ConversationStatus.Open, "ana", "returns");

        var wait = Assert.Single(_history.Finish(Minute(10)));
        Assert.Equal(((Instant?)null, (Instant?)Minute(4)), (wait.Assigned, wait.Left));
    }

    [Fact]
    public void What_still_waits_is_told_as_it_stands()
    {
        At(0, ConversationStatus.Pending);
        At(3, ConversationStatus.Open);
        At(4, ConversationStatus.Open);

        var wait = Assert.Single(_history.Finish(Minute(10)));
        Assert.Equal((Minute(3), (Instant?)null, (Instant?)null), (wait.Begin, wait.Assigned, wait.Left));
    }

    [Fact]
    public void Assigned_by_hand_before_it_ever_waited_it_did_not_wait()
    {
        At(0, ConversationStatus.Open, "ana");
        At(5, ConversationStatus.Resolved, "ana");

        Assert.Empty(_history.Finish(Minute(10)));
    }

    private static Instant Minute(int minutes) => Begin + Duration.FromMinutes(minutes);

    private void At(int minutes, ConversationStatus status, string assignee = "", string queue = "support") =>
        _history.Add(++_version, Minute(minutes), new ConversationSummary { Status = status, Assignee = assignee, Queue = queue, Channel = "web" });
}
