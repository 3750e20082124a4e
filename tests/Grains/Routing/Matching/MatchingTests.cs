using Engine.Grains.Sla;
using Engine.Grains.Tests.Routing.Matching.Support;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Tests.Routing.Matching;

/// <summary>Worked examples: who is next, and who gets it.</summary>
public sealed class MatchingTests
{
    [Fact]
    public void Order_is_priority_then_deadline_then_age_then_id()
    {
        var board = new Board();
        board.Agent("anna");
        board.Waits("f", c => c.WaitBeginTime = Board.At(-60).ToTimestamp());
        board.Waits("e", c => c.WaitBeginTime = Board.At(-60).ToTimestamp());
        board.Waits("d", c => c.WaitBeginTime = Board.At(-90).ToTimestamp());
        board.Waits("c", c => c.DeadlineTime = Board.At(600).ToTimestamp());
        board.Waits("b", c => c.DeadlineTime = Board.At(300).ToTimestamp());
        board.Waits("a", c => c.Priority = Priority.High);
        board.Waits("g", c => c.Priority = Priority.Low);
        Assert.Equal("a>anna b>anna c>anna d>anna e>anna f>anna g>anna", board.All());
    }

    [Fact]
    public void Most_spare_units_come_first_and_of_equals_the_lower_id()
    {
        var board = new Board();
        board.Agent("carl", a => a.CapacityUnits = 30);
        board.Agent("bert", a => a.CapacityUnits = 30);
        board.Agent("anna", a => a.CapacityUnits = 20);
        for (var i = 0; i < 8; i++) board.Waits($"c{i}");
        Assert.Equal("c0>bert c1>carl c2>anna c3>bert c4>carl c5>anna c6>bert c7>carl", board.All());
    }

    [Fact]
    public void Most_spare_share_prefers_the_part_timer_who_is_idle()
    {
        var board = new Board(q => q.AgentChoice = RoutingRule.MostSpareShare);
        board.Agent("full", a => a.HeldUnits = 30);
        board.Agent("part", a => a.CapacityUnits = 50);
        board.Waits("c1");
        board.Waits("c2");
        // 100 % against 70 %, then 80 % against 70 %.
        Assert.Equal("c1>part c2>part", board.All());
    }

    [Fact]
    public void Round_robin_takes_who_has_waited_longest_for_something()
    {
        var board = new Board(q => q.AgentChoice = RoutingRule.RoundRobin);
        board.Agent("anna", a => a.LastAssignTime = Board.At(-10).ToTimestamp());
        board.Agent("bert", a => a.LastAssignTime = Board.At(-20).ToTimestamp());
        board.Agent("carl");
        for (var i = 0; i < 4; i++) board.Waits($"c{i}");
        Assert.Equal("c0>carl", $"c0>{board.Next()!.Agent}");
        board.Seconds = 1;
        Assert.Equal("c1>bert c2>anna", $"c1>{board.Next()!.Agent} c2>{board.Next()!.Agent}");
        board.Seconds = 2;
        Assert.Equal("carl", board.Next()!.Agent);
    }

    [Theory]
    [InlineData("pt", "pt-BR", true)]
    [InlineData("pt-BR", "pt-BR", true)]
    [InlineData("PT", "pt-br", true)]
    [InlineData("pt-BR", "pt", false)]
    [InlineData("p", "pt", false)]
    [InlineData("en", "", true)]
    public void Language_is_served_by_itself_and_by_the_wider_one(string written, string asked, bool serves)
    {
        var board = new Board(q => q.MatchLanguage = true);
        board.Agent("anna", a => a.Languages.Add(written));
        board.Waits("c1", c => c.Language = asked);
        Assert.Equal(serves, board.Next() is not null);
    }

    [Theory]
    [InlineData(3, 3, true)]
    [InlineData(2, 3, false)]
    [InlineData(1, 0, true)]
    public void Skill_is_asked_for_at_its_level_by_queue_and_conversation(int level, int asked, bool fits)
    {
        var board = new Board(q => q.RequiredSkills.Add(new SkillRequirement { Skill = "returns", LevelMin = 1 }));
        board.Agent("anna", a => a.Skills.Add(new Skill { Name = "returns", Level = level }));
        board.Waits("c1", c => c.RequiredSkills.Add(new SkillRequirement { Skill = "returns", LevelMin = asked }));
        Assert.Equal(fits, board.Next() is not null);
    }

    [Fact]
    public void Agents_who_are_away_or_of_another_channel_or_queue_get_nothing()
    {
        var board = new Board();
        board.Agent("away", a => a.Presence = Presence.Away);
        board.Agent("mail", a => a.Channels.Add("email"));
        board.Agent("elsewhere", a => { a.Queues.Clear(); a.Queues.Add("other"); });
        board.Waits("c1");
        Assert.Null(board.Next());
        board.Agent("chat", a => a.Channels.Add("chat"));
        Assert.Equal("c1>chat", board.All());
    }

    [Fact]
    public void Steps_relax_what_is_asked_at_their_instants()
    {
        var board = new Board(q =>
        {
            q.RequiredSkills.Add(new SkillRequirement { Skill = "wine" });
            q.RelaxSteps.Add(new RelaxStep { After = Board.Span(120), DropSkills = { "wine" } });
            q.RelaxSteps.Add(new RelaxStep { After = Board.Span(600), AlsoQueues = { "queues/other" } });
        });
        board.Agent("other", a => { a.Queues.Clear(); a.Queues.Add("other"); });
        board.Waits("c1");
        Assert.Null(board.Next());
        Assert.Equal(120, board.NextChange());
        board.Seconds = 120;
        Assert.Null(board.Next());
        Assert.Equal(600, board.NextChange());
        board.Seconds = 599;
        Assert.Null(board.Next());
        board.Seconds = 600;
        var match = board.Next();
        Assert.Equal("other", match!.Agent);
        Assert.Equal(2, match.Decision!.RelaxStep);
    }

    [Fact]
    public void A_callback_is_given_to_nobody_before_its_time()
    {
        var board = new Board();
        board.Agent("anna");
        board.Waits("c1", c => { c.Mode = ConversationMode.Callback; c.NotBeforeTime = Board.At(60).ToTimestamp(); });
        Assert.Null(board.Next());
        Assert.Equal(60, board.NextChange());
        board.Seconds = 60;
        Assert.Equal(100, board.Next()!.Units);
    }

    [Fact]
    public void The_first_that_fits_is_matched_when_units_are_free_again()
    {
        var board = new Board();
        var anna = board.Agent("anna", a => a.HeldUnits = 100);
        board.Waits("c1");
        board.Waits("c2");
        Assert.Null(board.Next());
        board.Queues.PutAgent(new AgentRouting(anna) { Version = 100, HeldUnits = 85 }, board.Now);
        Assert.Equal("c1>anna", board.All());
    }

    [Fact]
    public void Other_settings_hold_for_what_waits_already()
    {
        var board = new Board(q => q.RequiredSkills.Add(new SkillRequirement { Skill = "wine" }));
        board.Agent("anna");
        board.Waits("c1");
        Assert.Null(board.Next());
        board.Queues.Configure(new Queue { Name = "queues/main", Version = 4 }, Grains.Routing.WorkUnits.Usual, board.Now);
        var match = board.Next();
        Assert.Equal("anna", match!.Agent);
        Assert.Equal(4, match.Decision!.QueueVersion);
    }
}
