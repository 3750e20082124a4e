using Engine.Grains.Sla;
using Engine.Grains.Tests.Routing.Matching.Support;
using Engine.V1;

namespace Engine.Grains.Tests.Routing.Matching;

/// <summary>Worked examples: why it went to whom it went to, and why it waits.</summary>
public sealed class ExplainingTests
{
    [Fact]
    public void Decision_tells_why_each_loser_lost_by_how_near_they_came()
    {
        var board = new Board(q =>
        {
            q.MatchLanguage = true;
            q.RequiredSkills.Add(new SkillRequirement { Skill = "wine", LevelMin = 3 });
        });
        void Agent(string id, int held, int level = 5, string language = "it", string? channel = null, Presence presence = Presence.Online) =>
            board.Agent(id, a =>
            {
                a.HeldUnits = held;
                a.Skills.Add(new Skill { Name = "wine", Level = level });
                a.Languages.Add(language);
                a.Presence = presence;
                if (channel is not null) a.Channels.Add(channel);
            });
        Agent("channel", 0, channel: "email");
        Agent("foreign", 0, language: "en");
        Agent("novice", 0, level: 2);
        Agent("absent", 0, presence: Presence.Away);
        Agent("declined", 0);
        Agent("full", 95);
        Agent("fuller", 100);
        Agent("chosen", 10);
        Agent("same", 10);
        Agent("busier", 50);
        board.Waits("c1", c => c.Language = "it");
        board.Waits("c2", c => c.Language = "it");
        board.Queues.Decline("c1", "declined", Board.At(1), Board.At(60), board.Now);
        var decision = board.Next()!.Decision!;
        Assert.Equal(
            "chosen Chosen 10, same Tie 10, busier Outranked 50, full NoRoom 95, fuller NoRoom 100, declined Declined 0, absent Absent 0, "
            + "novice MissingSkill wine 0, foreign MissingLanguage 0, channel Channel 0",
            Text(decision.Candidates));
        Assert.Empty(decision.Others);
        Assert.Equal(("queues/main", "agents/chosen", RoutingRule.MostSpare, 0), (decision.Queue, decision.Agent, decision.Rule, decision.RelaxStep));
        Assert.Equal((10, "r1", 2, 3L), (decision.Units, decision.Reservation, decision.WaitingCount, decision.QueueVersion));
        Assert.Equal(Board.At(0), decision.WaitBeginTime.ToInstant());
    }

    [Fact]
    public void Decision_names_twenty_and_counts_the_others()
    {
        var board = new Board(q => q.RequiredSkills.Add(new SkillRequirement { Skill = "wine" }));
        for (var i = 0; i < 100; i++)
        {
            board.Agent($"agent-{i:D2}", a =>
            {
                if (i % 4 > 0) a.Skills.Add(new Skill { Name = "wine", Level = 1 });
                if (i % 4 == 1) a.HeldUnits = 100;
                if (i % 4 == 2) a.Presence = Presence.Offline;
            });
        }

        board.Waits("c1");
        var decision = board.Next()!.Decision!;
        Assert.Equal(20, decision.Candidates.Count);
        Assert.Equal("agents/agent-03", decision.Candidates[0].Agent);
        Assert.All(decision.Candidates.Skip(1), candidate => Assert.Equal(RoutingVerdict.Tie, candidate.Verdict));
        Assert.Equal(
            "Tie 5, NoRoom 25, MissingSkill 25, Absent 25",
            string.Join(", ", decision.Others.Select(count => $"{count.Verdict} {count.Count}")));
    }

    [Fact]
    public void Round_robin_tells_when_each_last_got_something()
    {
        var board = new Board(q => q.AgentChoice = RoutingRule.RoundRobin);
        board.Agent("anna", a => a.LastAssignTime = Board.At(-10).ToTimestamp());
        board.Agent("bert");
        board.Waits("c1");
        var decision = board.Next()!.Decision!;
        Assert.Null(decision.Candidates[0].LastAssignTime);
        Assert.Equal(Board.At(-10), decision.Candidates[1].LastAssignTime.ToInstant());
    }

    [Fact]
    public void What_waits_knows_its_place_and_what_it_waits_for()
    {
        var board = new Board(q => q.RelaxSteps.Add(new RelaxStep { After = Board.Span(120), DropAllSkills = true }));
        board.Agent("anna", a => a.HeldUnits = 100);
        board.Agent("bert", a => a.Presence = Presence.Away);
        board.Waits("c1", c => c.Priority = Priority.High);
        board.Seconds = 10;
        board.Waits("c2");
        board.Waits("c3", c => c.NotBeforeTime = Board.At(60).ToTimestamp());
        board.Waits("c4", c => c.RequiredSkills.Add(new SkillRequirement { Skill = "wine" }));
        Assert.Null(board.Next());
        var second = board.Queues.Explain("c2", board.Now)!;
        Assert.Equal(("queues/main", 2, ""), (second.Queue, second.Place, second.OfferedTo));
        Assert.Equal("anna NoRoom 100, bert Absent 0", Text(second.Candidates));
        Assert.Equal(Board.At(130), second.NextRelaxTime.ToInstant());
        var fourth = board.Queues.Explain("c4", board.Now)!;
        Assert.Equal(3, fourth.Place);
        Assert.Equal("anna MissingSkill wine 100, bert MissingSkill wine 0", Text(fourth.Candidates));
        board.Seconds = 130;
        Assert.Null(board.Queues.Explain("c4", board.Now)!.NextRelaxTime);
        Assert.Null(board.Queues.Explain("c5", board.Now));
    }

    [Fact]
    public void What_is_offered_tells_to_whom_and_what_waits_for_its_agent_tells_so()
    {
        var board = new Board();
        board.Agent("anna");
        board.Agent("bert", a => a.HeldUnits = 100);
        board.Waits("c1");
        board.Waits("c2", c => c.PreferredAgent = "bert");
        Assert.Equal("c1>anna", board.All());
        var offered = board.Queues.Explain("c1", board.Now)!;
        Assert.Equal("agents/anna", offered.OfferedTo);
        Assert.Equal("anna Chosen 10, bert NoRoom 100", Text(offered.Candidates));
        Assert.Equal("anna NotPreferred 10, bert NoRoom 100", Text(board.Queues.Explain("c2", board.Now)!.Candidates));
    }

    [Fact]
    public void By_hand_the_chosen_one_comes_first_even_if_unfit()
    {
        var board = new Board(q => q.RequiredSkills.Add(new SkillRequirement { Skill = "wine" }));
        board.Agent("anna", a => a.Skills.Add(new Skill { Name = "wine", Level = 1 }));
        board.Agent("bert", a => a.HeldUnits = 100);
        board.Waits("c1");
        var decision = board.Queues.ExplainByHand("c1", "bert", "r9", 10, board.Now);
        Assert.Equal(RoutingRule.ByHand, decision.Rule);
        Assert.Equal("bert Chosen 100, anna Outranked 0", Text(decision.Candidates));
        Assert.Empty(decision.Others);
        Assert.Equal("anna Chosen 0", Text(board.Queues.ExplainByHand("elsewhere", "anna", "r9", 10, board.Now).Candidates));
    }

    private static string Text(IEnumerable<RoutingCandidate> candidates) => string.Join(", ", candidates.Select(candidate =>
        string.Join(' ', new[] { candidate.Agent["agents/".Length..], $"{candidate.Verdict}", candidate.Detail, $"{candidate.LoadUnits}" }.Where(text => text.Length > 0))));
}
