using Engine.Grains.Tests.Routing.Matching.Support;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Tests.Routing.Matching;

/// <summary>Worked examples: room saved up for work that needs more than anyone has free.</summary>
public sealed class SavedRoomTests
{
    [Fact]
    public void Who_is_nearest_to_having_room_for_a_call_gets_no_letters_that_come_later()
    {
        var board = new Board();
        board.Agent("anna", a => a.HeldUnits = 90);
        board.Agent("bert", a => a.HeldUnits = 80);
        Call(board);
        board.Waits("mail");
        var match = board.Next()!;
        Assert.Equal("anna", match.Agent);
        Assert.Equal(RoutingVerdict.HeldForLargerWork, match.Decision!.Candidates[1].Verdict);
        Assert.Equal("agents/bert", match.Decision.Candidates[1].Agent);
        board.Waits("other mail");
        Assert.Null(board.Next());
        Assert.Equal(["agents/bert"], board.Queues.Explain("call", board.Now)!.HeldAgents);
        Assert.Single(board.Queues.HeldAgents(board.Now));
        Assert.Contains(
            board.Queues.Explain("other mail", board.Now)!.Candidates,
            c => c is { Agent: "agents/bert", Verdict: RoutingVerdict.HeldForLargerWork });
    }

    [Fact]
    public void What_comes_earlier_still_gets_the_room_that_is_saved()
    {
        var board = new Board();
        board.Agent("anna", a => a.HeldUnits = 90);
        Call(board);
        board.Waits("letter");
        Assert.Null(board.Next());
        board.Waits("urgent", c => c.Priority = Priority.Urgent);
        Assert.Equal("urgent>anna", board.All());
    }

    [Fact]
    public void A_backlog_of_letters_does_not_keep_a_call_from_its_agent()
    {
        var board = new Board(q => q.HeldAgentsMax = 1);
        var anna = board.Agent("anna", a => a.HeldUnits = 100);
        var bert = board.Agent("bert", a => a.HeldUnits = 100);
        Call(board);
        var (letters, given) = (0, 0);
        // Both finish ten units in turn, and there is always another letter.
        for (var units = 90; units >= 0; units -= 10)
        {
            board.Waits($"letter{++letters}");
            anna = Told(board, anna, units);
            Assert.Equal(units == 0 ? "call>anna" : "", board.All());
            bert = Told(board, bert, 90);
            while (board.Next() is { } match)
            {
                Assert.Equal("bert", match.Agent);
                given++;
                board.Queues.Remove(match.Conversation.Conversation, match.Conversation.Version + 1, board.Now);
                bert = Told(board, bert, 100);
                board.Queues.Drop(match.Reservation, board.Now);
            }
        }

        Assert.Equal(10, given);
    }

    [Fact]
    public void Nobody_is_held_before_the_window_begins_or_once_the_call_waits_no_more()
    {
        var board = new Board();
        board.Agent("anna", a => a.HeldUnits = 80);
        var call = Call(board, c => c.NotBeforeTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(Board.At(60).ToDateTimeOffset()));
        board.Waits("c1");
        Assert.Equal("c1>anna", board.All());
        board.Seconds = 20;
        board.Queues.Drop("r1", board.Now);
        board.Queues.Remove("c1", 100, board.Now);
        board.Seconds = 60;
        board.Waits("c2");
        Assert.Null(board.Next());
        board.Queues.Remove("call", call.Version + 1, board.Now);
        Assert.Equal("c2>anna", board.All());
    }

    [Fact]
    public void The_first_in_order_is_saved_for_too_whatever_it_is()
    {
        var board = new Board();
        board.Agent("anna", a => a.HeldUnits = 90);
        board.Waits("chat", c => { c.Mode = ConversationMode.Live; c.Priority = Priority.High; });
        board.Waits("mail");
        Assert.Null(board.Next());
        Assert.Equal(["agents/anna"], board.Queues.Explain("chat", board.Now)!.HeldAgents);
    }

    [Fact]
    public void Only_a_share_of_those_who_fit_is_held_and_only_as_many_for_each_as_is_set()
    {
        var board = new Board(q => { q.HeldAgentsMax = 2; q.HeldAgentsPercent = 50; });
        for (var i = 0; i < 6; i++) board.Agent($"a{i}", a => a.HeldUnits = 90 - i);
        for (var i = 0; i < 2; i++) Call(board, c => c.Conversation = $"call{i}");
        Assert.Null(board.Next());
        Assert.Equal(["agents/a5", "agents/a4"], board.Queues.Explain("call0", board.Now)!.HeldAgents);
        Assert.Equal(["agents/a3"], board.Queues.Explain("call1", board.Now)!.HeldAgents);
        for (var i = 0; i < 4; i++) board.Waits($"mail{i}");
        Assert.Equal("mail0>a2 mail1>a1 mail2>a0", board.All());
    }

    [Fact]
    public void With_none_to_hold_small_work_that_fits_goes_first()
    {
        var board = new Board(q => q.HeldAgentsMax = 0);
        board.Agent("anna", a => a.HeldUnits = 90);
        Call(board);
        board.Waits("mail");
        Assert.Equal("mail>anna", board.All());
    }

    [Fact]
    public void Who_could_never_take_it_is_not_held()
    {
        var board = new Board();
        board.Agent("anna", a => a.CapacityUnits = 50);
        Call(board);
        board.Waits("mail");
        Assert.Equal("mail>anna", board.All());
    }

    private static WaitingConversation Call(Board board, Action<WaitingConversation>? settings = null) => board.Waits("call", c =>
    {
        c.Mode = ConversationMode.Callback;
        settings?.Invoke(c);
    });

    private static AgentRouting Told(Board board, AgentRouting agent, int heldUnits)
    {
        var told = new AgentRouting(agent) { Version = agent.Version + 100, HeldUnits = heldUnits };
        Assert.True(board.Queues.PutAgent(told, board.Now));
        return told;
    }
}
