using Engine.Grains.Tests.Routing.Matching.Support;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Tests.Routing.Matching;

/// <summary>Worked examples: continuity without stranding work, and what was declined.</summary>
public sealed class PreferredAgentTests
{
    [Fact]
    public void Preferred_agent_with_room_gets_it_though_another_has_more()
    {
        var board = new Board();
        board.Agent("anna");
        board.Agent("bert", a => a.HeldUnits = 80);
        board.Waits("c1", c => c.PreferredAgent = "bert");
        var match = board.Next();
        Assert.Equal("bert", match!.Agent);
        Assert.Equal(RoutingRule.Preferred, match.Rule);
        Assert.Equal(RoutingVerdict.NotPreferred, match.Decision!.Candidates[1].Verdict);
    }

    [Fact]
    public void Preferred_agent_without_room_is_waited_for_as_long_as_the_queue_says()
    {
        var board = new Board(q => q.PreferredWait = Board.Span(45));
        board.Agent("anna");
        board.Agent("bert", a => a.HeldUnits = 100);
        board.Waits("c1", c => c.PreferredAgent = "bert");
        Assert.Null(board.Next());
        Assert.Equal(45, board.NextChange());
        board.Seconds = 44;
        Assert.Null(board.Next());
        board.Seconds = 45;
        var match = board.Next();
        Assert.Equal("anna", match!.Agent);
        Assert.Equal(RoutingRule.MostSpare, match.Rule);
    }

    [Fact]
    public void Preferred_agent_who_gets_room_in_time_gets_it()
    {
        var board = new Board();
        board.Agent("anna");
        var bert = board.Agent("bert", a => a.HeldUnits = 100);
        board.Waits("c1", c => c.PreferredAgent = "bert");
        Assert.Null(board.Next());
        board.Seconds = 119;
        board.Queues.PutAgent(new AgentRouting(bert) { Version = 100, HeldUnits = 90 }, board.Now);
        Assert.Equal("c1>bert", board.All());
    }

    [Fact]
    public void Preferred_agent_who_leaves_is_waited_for_no_more_and_who_comes_back_is()
    {
        var board = new Board();
        board.Agent("anna", a => a.HeldUnits = 95);
        var bert = board.Agent("bert", a => a.HeldUnits = 100);
        board.Waits("c1", c => c.PreferredAgent = "bert");
        board.Waits("c2", c => c.PreferredAgent = "nobody");
        Assert.Null(board.Next());
        board.Queues.PutAgent(new AgentRouting(bert) { Version = 100, Presence = Presence.Offline }, board.Now);
        Assert.Null(board.Next());
        board.Queues.PutAgent(new AgentRouting(bert) { Version = 101 }, board.Now);
        board.Agent("anna", a => { a.Version = 102; a.HeldUnits = 80; });
        // c1 waits for bert again; c2 does not wait for somebody who is not there.
        Assert.Equal("c2>anna", board.All());
        board.Queues.PutAgent(new AgentRouting(bert) { Version = 103, Presence = Presence.Away }, board.Now);
        Assert.Equal("c1>anna", board.All());
    }

    [Fact]
    public void Preferred_agent_who_does_not_fit_is_not_waited_for()
    {
        var board = new Board(q => q.RequiredSkills.Add(new SkillRequirement { Skill = "wine" }));
        board.Agent("anna", a => a.Skills.Add(new Skill { Name = "wine", Level = 1 }));
        board.Agent("bert", a => a.HeldUnits = 100);
        board.Waits("c1", c => c.PreferredAgent = "bert");
        Assert.Equal("c1>anna", board.All());
    }

    [Fact]
    public void Declined_work_goes_to_another_and_comes_back_only_if_nobody_else_is_left()
    {
        var board = new Board();
        board.Agent("anna");
        var bert = board.Agent("bert", a => a.HeldUnits = 100);
        board.Waits("c1", c => c.PreferredAgent = "anna");
        board.Queues.Decline("c1", "anna", Board.At(5), Board.At(300), board.Now);
        // Bert has no room, but is there.
        Assert.Null(board.Next());
        board.Queues.PutAgent(new AgentRouting(bert) { Version = 100, Presence = Presence.Away }, board.Now);
        Assert.Null(board.Next());
        Assert.Equal(5, board.NextChange());
        board.Seconds = 5;
        Assert.Equal("c1>anna", board.All());
    }

    [Fact]
    public void What_was_declined_long_ago_is_forgotten()
    {
        var board = new Board();
        board.Agent("anna");
        board.Agent("bert", a => a.HeldUnits = 100);
        board.Waits("c1");
        board.Queues.Decline("c1", "anna", Board.At(5), Board.At(300), board.Now);
        board.Seconds = 299;
        Assert.Null(board.Next());
        board.Seconds = 300;
        Assert.Equal("c1>anna", board.All());
    }
}
