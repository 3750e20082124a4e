using Engine.Grains.Sla;
using Engine.Grains.Tests.Routing.Matching.Support;
using Engine.Internal.V1;

namespace Engine.Grains.Tests.Routing.Matching;

/// <summary>Worked examples: what is on its way, and what comes late.</summary>
public sealed class HoldTests
{
    [Fact]
    public void Units_on_their_way_count_until_the_agent_has_told_of_them()
    {
        var board = new Board();
        var anna = board.Agent("anna", a => a.CapacityUnits = 20);
        for (var i = 0; i < 4; i++) board.Waits($"c{i}");
        Assert.Equal("c0>anna c1>anna", board.All());
        // Told of the first one: still both count, once each.
        board.Queues.PutAgent(Reserved(anna, 100, "r1", 30), board.Now);
        Assert.Equal(20, board.Queues.Staff(board.Now).LoadUnits);
        // The first became work and is done with; the second was not heard of yet.
        board.Queues.PutAgent(new AgentRouting(anna) { Version = 101 }, board.Now);
        Assert.Equal(10, board.Queues.Staff(board.Now).LoadUnits);
        board.Queues.Remove("c0", 100, board.Now);
        board.Queues.Drop("r1", board.Now);
        Assert.Equal("c2>anna", board.All());
    }

    [Fact]
    public void A_reservation_that_expires_is_free_by_itself()
    {
        var board = new Board();
        board.Agent("anna", a => { a.CapacityUnits = 10; a.Reservations.Add(new ReservedUnits { Reservation = "x", Units = 10, ExpireTime = Board.At(20).ToTimestamp() }); });
        board.Waits("c1");
        Assert.Null(board.Next());
        Assert.Equal(20, board.NextChange());
        board.Seconds = 20;
        Assert.Equal("c1>anna", board.All());
    }

    [Fact]
    public void A_hold_that_is_forgotten_ends_by_itself_and_the_conversation_has_its_place_again()
    {
        var board = new Board();
        board.Agent("anna", a => a.CapacityUnits = 10);
        board.Waits("c1");
        board.Waits("c2");
        Assert.Equal("c1>anna", board.All());
        Assert.Equal(1, board.Queues.UnderWayCount);
        Assert.Equal(30, board.NextChange());
        board.Seconds = 30;
        Assert.Equal("c1>anna", board.All());
    }

    [Fact]
    public void What_is_dropped_waits_again_and_what_was_removed_does_not()
    {
        var board = new Board();
        board.Agent("anna");
        board.Waits("c1");
        var second = board.Waits("c2");
        Assert.Equal("c1>anna c2>anna", board.All());
        board.Queues.Remove("c2", second.Version + 1, board.Now);
        Assert.True(board.Queues.Drop("r1", board.Now));
        Assert.True(board.Queues.Drop("r2", board.Now));
        Assert.False(board.Queues.Drop("r2", board.Now));
        Assert.Equal("c1>anna", board.All());
        Assert.Equal(1, board.Queues.WaitingCount);
    }

    [Fact]
    public void A_hold_by_hand_keeps_the_conversation_from_others_and_the_units_from_other_work()
    {
        var board = new Board();
        board.Agent("anna", a => a.CapacityUnits = 10);
        board.Agent("bert", a => a.CapacityUnits = 10);
        board.Waits("c1");
        board.Waits("c2");
        board.Queues.Hold("by-hand", "c1", "bert", 10, Board.At(30), board.Now);
        Assert.Equal("c2>anna", board.All());
    }

    [Fact]
    public void Old_news_change_nothing()
    {
        var board = new Board();
        var anna = board.Agent("anna", a => a.Version = 7);
        Assert.False(board.Queues.PutAgent(new AgentRouting(anna) { CapacityUnits = 0 }, board.Now));
        var waiting = board.Waits("c1", c => c.Version = 7);
        Assert.False(board.Queues.Put(new WaitingConversation(waiting), board.Now));
        Assert.False(board.Queues.Remove("c1", 6, board.Now));
        Assert.True(board.Queues.Remove("c1", 8, board.Now));
        Assert.False(board.Queues.Put(new WaitingConversation(waiting), board.Now));
        Assert.Null(board.Next());
        Assert.True(board.Queues.Put(new WaitingConversation(waiting) { Version = 9 }, board.Now));
        Assert.Equal("c1>anna", board.All());
    }

    [Fact]
    public void Versions_of_the_gone_are_forgotten_after_a_while()
    {
        var board = new Board();
        var waiting = board.Waits("c1");
        board.Queues.Remove("c1", 100, board.Now);
        board.Seconds = 14 * 60;
        board.Queues.Remove("c2", 100, board.Now);
        Assert.False(board.Queues.Put(waiting, board.Now));
        board.Seconds = 15 * 60;
        board.Queues.Remove("c3", 100, board.Now);
        Assert.True(board.Queues.Put(waiting, board.Now));
    }

    [Fact]
    public void An_agent_who_refused_is_left_alone_until_there_is_news()
    {
        var board = new Board();
        var anna = board.Agent("anna");
        board.Waits("c1");
        board.Queues.Rest("anna", Board.At(10), board.Now);
        Assert.Null(board.Next());
        Assert.Equal(10, board.NextChange());
        board.Queues.PutAgent(new AgentRouting(anna) { Version = 100 }, board.Now);
        Assert.Equal("c1>anna", board.All());
        board.Waits("c2");
        board.Queues.Rest("anna", Board.At(10), board.Now);
        board.Seconds = 10;
        Assert.Equal("c2>anna", board.All());
    }

    [Fact]
    public void An_agent_removed_gets_nothing_and_does_not_come_back_by_old_news()
    {
        var board = new Board();
        var anna = board.Agent("anna");
        board.Waits("c1");
        Assert.True(board.Queues.RemoveAgent("anna", 10, board.Now));
        Assert.Null(board.Next());
        Assert.False(board.Queues.PutAgent(anna, board.Now));
        Assert.True(board.Queues.PutAgent(new AgentRouting(anna) { Version = 11 }, board.Now));
        Assert.Equal("c1>anna", board.All());
    }

    private static AgentRouting Reserved(AgentRouting agent, long version, string reservation, int seconds) => new(agent)
    {
        Version = version,
        Reservations = { new ReservedUnits { Reservation = reservation, Units = 10, ExpireTime = Board.At(seconds).ToTimestamp() } },
    };
}
