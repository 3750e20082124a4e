using Engine.Grains.Routing.Matching;
using Engine.Grains.Tests.Routing.Matching.Support;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Xunit.Abstractions;

namespace Engine.Grains.Tests.Routing.Matching;

/// <summary>What holds however late the queue hears of agents; and that the random cases reach what they are for.</summary>
public sealed class LateNewsProperties(ITestOutputHelper output)
{
    private const int Samples = 3_000;

    [Fact]
    public void What_is_matched_finds_room_at_the_agent_and_is_assigned_once() => Cases.Check(
        output, random => new LateNewsCase(random.Next(), random.Next(10, 120)), c => c.Smaller(), c => c.Run());

    [Fact]
    public void Random_cases_reach_what_they_are_for()
    {
        var seen = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < Samples; seed++)
        {
            var run = new BoardRun(BoardCase.Make(new Random(seed)));
            run.OnMatch = match =>
            {
                if (match is not null) Count(run, match);
                return null;
            };
            run.Run();
            var late = new LateNewsCase(seed, 100);
            Assert.Null(late.Run());
            Add("late news: assigned", late.Assigned);
        }

        foreach (var (what, count) in seen) output.WriteLine($"{what}: {count}");
        foreach (var rule in Enum.GetValues<RoutingRule>().Where(rule => rule is not (RoutingRule.Unspecified or RoutingRule.ByHand)))
            Assert.True(seen.GetValueOrDefault($"{rule}") > 50, $"{rule}");
        foreach (var verdict in Enum.GetValues<RoutingVerdict>().Where(verdict => verdict != RoutingVerdict.Unspecified))
            Assert.True(seen.GetValueOrDefault($"{verdict}") > 50, $"{verdict}");
        Assert.True(seen["relaxed"] > 200);
        Assert.True(seen["asked again"] > 10);
        Assert.True(seen["overtook one that waits for its own agent"] > 20);
        Assert.True(seen["late news: assigned"] > 5_000);

        void Add(string what, int count) => seen[what] = seen.GetValueOrDefault(what) + count;

        void Count(BoardRun run, Match match)
        {
            Add($"{match.Rule}", 1);
            foreach (var candidate in match.Decision!.Candidates) Add($"{candidate.Verdict}", 1);
            if (match.Decision.RelaxStep > 0) Add("relaxed", 1);
            var agent = run.Slow.Agents.Single(a => a.Agent == match.Agent);
            if (run.Slow.HasDeclined(match.Conversation, agent, run.Now)) Add("asked again", 1);
            foreach (var earlier in run.Slow.InOrder().TakeWhile(c => c != match.Conversation).Where(c => run.Slow.IsFree(c, run.Now)))
            {
                run.Slow.Candidates(earlier, run.Now, out var rule);
                if (rule == RoutingRule.Preferred) Add("overtook one that waits for its own agent", 1);
            }
        }
    }
}
