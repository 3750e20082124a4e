using Engine.Grains.Routing;
using Engine.Grains.Routing.Matching;
using Engine.Grains.Tests.Routing.Matching.Support;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;
using Xunit.Abstractions;

namespace Engine.Grains.Tests.Routing.Matching;

/// <summary>What holds for matching whatever happens: news late and twice, holds that come to nothing, other settings, time.</summary>
public sealed class BoardProperties(ITestOutputHelper output)
{
    private static readonly Duration Tick = Duration.FromTicks(1);

    [Fact]
    public void Matches_are_those_of_looking_at_everybody_for_everyone() => Check(run =>
    {
        run.OnMatch = match =>
        {
            var right = run.Slow.Next(run.Now);
            if (match is null) return right is null ? null : $"nothing is matched, though {right}";
            if (right is not { } r) return $"matched: {match}, though nobody is there";
            if (match.Conversation != r.Conversation || match.Agent != r.Agent || match.Rule != r.Rule)
                return $"matched: {match.Conversation.Conversation} {match.Agent} {match.Rule}; right: {r.Conversation.Conversation} {r.Agent} {r.Rule}";
            return match.Units == run.Slow.UnitsOf(match.Conversation) && match.Decision!.RelaxStep == run.Slow.StepOf(match.Conversation, run.Now)
                ? null : $"units or step: {match}";
        };
        run.OnStep = _ => run.Board.Staff(run.Now) is var staff && staff.OnlineCount != run.Slow.Agents.Count(a => a.Presence == Presence.Online && a.Queues.Contains("main"))
            ? $"{staff.OnlineCount} are there"
            : run.Board.WaitingCount != run.Slow.Waiting.Count() ? $"{run.Board.WaitingCount} wait"
            : run.Board.UnderWayCount != run.Slow.Waiting.Count(c => run.Slow.Holds.Exists(h => h.Conversation == c.Conversation))
                ? $"{run.Board.UnderWayCount} under way" : null;
    });

    [Fact]
    public void Nobody_is_ever_over_capacity() => Check(run => run.OnMatch = match =>
    {
        if (match is null) return null;
        var agent = run.Slow.Agents.Single(a => a.Agent == match.Agent);
        var load = run.Slow.Load(agent, run.Now) + match.Units;
        return load <= agent.CapacityUnits ? null : $"{agent.Agent} holds {load} of {agent.CapacityUnits} with {match.Conversation.Conversation}";
    });

    [Fact]
    public void Nobody_with_fitting_skills_and_spare_units_is_idle_while_fitting_work_waits_but_those_held_for_earlier_work() => Check(run =>
        run.OnStep = step =>
        {
            if (step is not { Kind: StepKind.Match, Number: 100, Until: > 0 }) return null;
            foreach (var waiting in run.Slow.Waiting.Where(c => run.Slow.IsFree(c, run.Now)))
            {
                var held = run.Slow.HeldBefore(waiting, run.Now);
                foreach (var agent in run.Slow.Agents.Where(a => a.Presence == Presence.Online))
                {
                    if (run.Slow.Misfit(waiting, agent, run.Now) != RoutingVerdict.Chosen || run.Slow.Room(agent, run.Now) < run.Slow.UnitsOf(waiting)) continue;
                    if (held.ContainsKey(agent.Agent)) continue;
                    var candidates = run.Slow.Candidates(waiting, run.Now, out var rule);
                    var declared = run.Slow.HasDeclined(waiting, agent, run.Now) || (rule == RoutingRule.Preferred && candidates[0].Agent != agent.Agent);
                    if (!declared) return $"{agent.Agent} is idle while {waiting.Conversation} waits";
                }
            }

            return null;
        });

    [Fact]
    public void Nobody_is_passed_over_for_a_later_one_that_got_the_same_agent() => Check(run => run.OnMatch = match =>
    {
        if (match is null) return null;
        var agent = run.Slow.Agents.Single(a => a.Agent == match.Agent);
        foreach (var earlier in run.Slow.InOrder().TakeWhile(c => c.Conversation != match.Conversation.Conversation).Where(c => run.Slow.IsFree(c, run.Now)))
        {
            if (run.Slow.Room(agent, run.Now) < run.Slow.UnitsOf(earlier) || run.Slow.HeldBefore(earlier, run.Now).ContainsKey(agent.Agent)) continue;
            if (run.Slow.Candidates(earlier, run.Now, out _).Exists(a => a.Agent == agent.Agent))
                return $"{match.Conversation.Conversation} got {agent.Agent} before {earlier.Conversation}";
        }

        return null;
    });

    [Fact]
    public void Whoever_is_held_gets_nothing_that_is_smaller_and_comes_later() => Check(run => run.OnMatch = match =>
        match is not null && run.Slow.HeldBefore(match.Conversation, run.Now).TryGetValue(match.Agent, out var larger)
            ? $"{match.Conversation.Conversation} got {match.Agent}, who is held for {larger.Conversation}" : null);

    [Fact]
    public void No_more_are_held_than_may_be_each_for_what_it_fits_and_cannot_take_yet() => Check(run => run.OnStep = step =>
    {
        if (step is not { Kind: StepKind.Match, Number: 100 }) return null;
        var held = run.Slow.HeldBefore(null, run.Now);
        if (run.Board.HeldAgents(run.Now).Count != held.Count) return $"{run.Board.HeldAgents(run.Now).Count} are held; right: {string.Join(' ', held.Keys)}";
        foreach (var claim in held.GroupBy(entry => entry.Value))
        {
            var told = run.Board.Explain(claim.Key.Conversation, run.Now)!.HeldAgents;
            if (!told.Order().SequenceEqual(claim.Select(entry => $"agents/{entry.Key}").Order())) return $"{claim.Key.Conversation} is told to have {told}";
            if (claim.Count() > (run.Slow.Queue.HasHeldAgentsMax ? run.Slow.Queue.HeldAgentsMax : 1)) return $"{claim.Count()} are held for {claim.Key.Conversation}";
            foreach (var (id, _) in claim)
            {
                var agent = run.Slow.Agents.Single(a => a.Agent == id);
                if (agent.CapacityUnits < run.Slow.UnitsOf(claim.Key)) return $"{id} can never take {claim.Key.Conversation}";
                if (step.Until > 0 && run.Slow.Room(agent, run.Now) >= run.Slow.UnitsOf(claim.Key)) return $"{id} has room for {claim.Key.Conversation}";
            }
        }

        return null;
    });

    [Fact]
    public void A_conversation_is_under_way_to_one_agent_at_most() => Check(run => run.OnMatch = match =>
        match is not null && run.Slow.Holds.Exists(hold => hold.Conversation == match.Conversation.Conversation)
            ? $"{match.Conversation.Conversation} is under way already"
            : match is not null && run.Slow.Waiting.All(c => c.Conversation != match.Conversation.Conversation)
                ? $"{match.Conversation.Conversation} does not wait" : null);

    [Fact]
    public void Nothing_changes_by_itself_before_it_was_announced() => Check(run => run.OnStep = step =>
    {
        if (step is not { Kind: StepKind.Match, Number: 100 }) return null;
        var change = run.Board.NextChange(run.Now);
        if (change <= run.Now) return $"{change} is no time to wait for";
        // Holds that end free units and conversations: so the slow board is asked of the last instant before.
        var before = change is { } at ? at - Tick : run.Now + Duration.FromDays(400);
        if (run.Slow.Holds.Exists(hold => hold.Until <= before)) return $"a hold ends before {change}";
        return run.Slow.Next(before) is { } match ? $"{match} before {change}" : null;
    });

    [Fact]
    public void Everybody_looked_at_is_told_of_with_the_right_reason() => Check(run => run.OnMatch = match =>
    {
        if (match is null) return null;
        var told = match.Decision!.Candidates.ToDictionary(c => c.Agent["agents/".Length..], c => c.Verdict);
        var right = run.Slow.Agents
            .Select(agent => (agent.Agent, Verdict: RightVerdict(run, match, agent)))
            .Where(entry => entry.Verdict != RoutingVerdict.Unspecified)
            .ToDictionary(entry => entry.Agent, entry => entry.Verdict);
        if (match.Decision.Candidates[0].Verdict != RoutingVerdict.Chosen) return $"the first was not chosen: {match.Decision}";
        if (match.Decision.Others.Count > 0) return $"left out: {match.Decision}";
        return told.OrderBy(e => e.Key).SequenceEqual(right.OrderBy(e => e.Key)) ? null
            : $"told: {string.Join(' ', told)}; right: {string.Join(' ', right)}";
    });

    [Fact]
    public void The_order_in_which_it_was_told_does_not_matter() => Cases.Check(
        output,
        random => (Case: BoardCase.Make(random), Shuffle: random.Next()),
        c => c.Case.Smaller().Select(smaller => (smaller, c.Shuffle)),
        c =>
        {
            var agents = c.Case.Steps.Where(s => s.Agent is not null).DistinctBy(s => s.Agent!.Agent).ToList();
            var waiting = c.Case.Steps.Where(s => s.Conversation is not null).DistinctBy(s => s.Conversation!.Conversation).ToList();
            var declined = c.Case.Steps.Where(s => s.Kind == StepKind.Decline).DistinctBy(s => (s.Id, s.Other)).ToList();
            var told = agents.Concat(waiting).Concat(declined).ToList();
            var straight = Result(c.Case, told);
            var shuffled = told.ToArray();
            new Random(c.Shuffle).Shuffle(shuffled);
            var other = Result(c.Case, shuffled);
            return straight == other ? null : $"{straight}{Environment.NewLine}{other}";
        });

    private static string Result(BoardCase c, IEnumerable<BoardStep> told)
    {
        var board = new QueueBoard(c.Queue, WorkUnits.Of(c.Settings));
        var now = BoardCase.Start;
        foreach (var step in told)
        {
            if (step.Agent is not null) board.PutAgent(step.Agent, now);
            else if (step.Conversation is not null) board.Put(step.Conversation, now);
            else board.Decline(step.Id, step.Other, now + Duration.FromSeconds(step.Again), now + Duration.FromSeconds(step.Until), now);
        }

        var result = new System.Text.StringBuilder();
        var reservations = 0;
        for (var round = 0; round < 8; round++)
        {
            foreach (var match in board.MatchAll(now, 100, () => $"r{++reservations}", now + Duration.FromSeconds(45)))
                result.Append(match.Decision).Append('\n');
            if (board.NextChange(now) is not { } next) break;
            now = next;
            result.Append(now).Append('\n');
        }

        return result.ToString();
    }

    private static RoutingVerdict RightVerdict(BoardRun run, Match match, AgentRouting agent)
    {
        var misfit = run.Slow.Misfit(match.Conversation, agent, run.Now);
        if (agent.Agent == match.Agent) return RoutingVerdict.Chosen;
        if (misfit != RoutingVerdict.Chosen) return misfit;
        if (agent.Presence != Presence.Online) return RoutingVerdict.Absent;
        if (run.Slow.HasDeclined(match.Conversation, agent, run.Now)) return RoutingVerdict.Declined;
        if (run.Slow.Room(agent, run.Now) < match.Units) return RoutingVerdict.NoRoom;
        if (run.Slow.HeldBefore(match.Conversation, run.Now).ContainsKey(agent.Agent)) return RoutingVerdict.HeldForLargerWork;
        if (match.Rule == RoutingRule.Preferred) return RoutingVerdict.NotPreferred;
        return run.Slow.IsTie(agent, match.Agent, run.Now) ? RoutingVerdict.Tie : RoutingVerdict.Outranked;
    }

    private void Check(Action<BoardRun> prepare) => Cases.Check(output, BoardCase.Make, c => c.Smaller(), c =>
    {
        var run = new BoardRun(c);
        prepare(run);
        return run.Run();
    });
}
