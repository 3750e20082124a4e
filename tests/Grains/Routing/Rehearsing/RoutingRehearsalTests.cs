using Engine.Grains.Routing;
using Engine.Grains.Routing.Rehearsing;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;
using ProtoDuration = Google.Protobuf.WellKnownTypes.Duration;

namespace Engine.Grains.Tests.Routing.Rehearsing;

/// <summary>Worked examples: what other settings would have made of the past.</summary>
public sealed class RoutingRehearsalTests
{
    private static readonly Instant Nine = Instant.FromUtc(2026, 11, 27, 9, 0);

    [Fact]
    public void One_agent_who_takes_calls_one_after_the_other()
    {
        // Three calls at nine, ten minutes each: they wait 0, 10 and 20 minutes.
        var run = Run([Arrives("c1", 0, 10), Arrives("c2", 0, 10), Arrives("c3", 0, 10)], [Shift("anna", 0, 60, 10)], hours: 1);
        Assert.Equal((3, 3, false), (run.ConversationCount, run.AssignedCount, run.Truncated));
        Assert.Equal((10, 20), (Minutes(run.MedianWait), Minutes(run.NinetiethPercentileWait)));
        var hour = Assert.Single(run.Hours);
        Assert.Equal((Nine, 3, 0), (hour.StartTime.ToInstant(), hour.ArrivalCount, hour.WaitingCount));
        Assert.Equal(1, hour.Agents, 9);
        Assert.Equal(0.5, hour.Load, 9);
    }

    [Fact]
    public void Room_for_two_halves_the_waiting()
    {
        var run = Run([Arrives("c1", 0, 10), Arrives("c2", 0, 10), Arrives("c3", 0, 10)], [Shift("anna", 0, 60, 20)], hours: 1);
        Assert.Equal((0, 10), (Minutes(run.MedianWait), Minutes(run.NinetiethPercentileWait)));
        // Two in the first ten minutes, one in the next.
        Assert.Equal((20 * 10 + 10 * 10) / (20.0 * 60), run.Hours[0].Load, 9);
    }

    [Fact]
    public void Hours_tell_who_was_there_and_what_waited_at_their_ends()
    {
        var run = Run(
            [Arrives("c1", 30, 5), Arrives("c2", 70, 5), Arrives("c3", 170, 5)],
            [Shift("anna", 90, 120, 100), Shift("bert", 105, 120, 100)],
            hours: 3);
        Assert.Equal([1, 1, 1], run.Hours.Select(hour => hour.ArrivalCount));
        Assert.Equal([1, 0, 1], run.Hours.Select(hour => hour.WaitingCount));
        Assert.Equal([0.0, 0.75, 0], run.Hours.Select(hour => Math.Round(hour.Agents, 9)));
        // Both were taken by Anna at 10:30 for five minutes: 100 unit-minutes of 3,000 and 1,500.
        Assert.Equal(100.0 / 4_500, run.Hours[1].Load, 9);
        // c1 waited 60 minutes, c2 20, c3 for ever: so nine of ten cannot be told.
        Assert.Equal((3, 2, 60), (run.ConversationCount, run.AssignedCount, Minutes(run.MedianWait)));
        Assert.Null(run.NinetiethPercentileWait);
    }

    [Fact]
    public void A_skill_dropped_sooner_shortens_the_wait()
    {
        RoutingDryRun With(int seconds) => Run(
            [Arrives("c1", 0, 1, c => c.RequiredSkills.Add(new SkillRequirement { Skill = "wine" }))],
            [Shift("anna", 0, 60, 100)],
            1,
            q => q.RelaxSteps.Add(new RelaxStep { After = new ProtoDuration { Seconds = seconds }, DropSkills = { "wine" } }));
        Assert.Equal(2, Minutes(With(120).MedianWait));
        Assert.Equal(5, Minutes(With(300).MedianWait));
    }

    [Fact]
    public void Heavier_work_lets_an_agent_take_less_of_it()
    {
        var conversations = Enumerable.Range(0, 10).Select(i => Arrives($"c{i}", 0, 30)).ToList();
        Assert.Equal(10, Run(conversations, [Shift("anna", 0, 20, 100)], 1).AssignedCount);
        var heavier = RoutingRehearsal.Run(
            conversations, [Shift("anna", 0, 20, 100)], NewQueue(null), WorkUnits.Of(new RoutingSettings { AsynchronousUnits = 25 }), Nine, Nine + Duration.FromHours(1));
        Assert.Equal(4, heavier.AssignedCount);
    }

    [Fact]
    public void The_recorded_waits_are_told_beside()
    {
        var run = Run(
            [
                Arrives("c1", 0, 1) with { RecordedWait = Duration.FromMinutes(4) },
                Arrives("c2", 1, 1) with { RecordedWait = Duration.FromMinutes(8) },
                Arrives("c3", 2, 1) with { RecordedWait = null },
            ],
            [Shift("anna", 0, 60, 100)],
            1);
        Assert.Equal(8, Minutes(run.RecordedMedianWait));
        Assert.Null(run.RecordedNinetiethPercentileWait);
        Assert.Equal((0, 0), (Minutes(run.MedianWait), Minutes(run.NinetiethPercentileWait)));
    }

    [Fact]
    public void What_waited_before_is_there_and_what_came_later_is_not()
    {
        var run = Run([Arrives("c1", -30, 1), Arrives("c2", 61, 1)], [Shift("anna", 10, 60, 100)], 1);
        Assert.Equal((1, 40), (run.ConversationCount, Minutes(run.MedianWait)));
        Assert.Equal(0, run.Hours[0].ArrivalCount);
    }

    [Fact]
    public void One_that_waits_again_is_two_waits_and_an_agent_comes_back()
    {
        var run = Run([Arrives("c1", 0, 5), Arrives("c1", 30, 5)], [Shift("anna", 0, 10, 100), Shift("anna", 40, 60, 100)], 1);
        Assert.Equal((2, 2), (run.ConversationCount, run.AssignedCount));
        Assert.Equal((0, 10), (Minutes(run.MedianWait), Minutes(run.NinetiethPercentileWait)));
        Assert.Equal(0.5, run.Hours[0].Agents, 9);
    }

    [Fact]
    public void Agents_of_other_queues_help_but_are_not_counted()
    {
        var shift = Shift("helper", 0, 60, 100);
        shift.Agent.Queues.Clear();
        shift.Agent.Queues.Add("other");
        var run = Run([Arrives("c1", 0, 5)], [shift], 1, q => q.RelaxSteps.Add(
            new RelaxStep { After = new ProtoDuration { Seconds = 600 }, AlsoQueues = { "queues/other" } }));
        Assert.Equal((1, 10), (run.AssignedCount, Minutes(run.MedianWait)));
        Assert.Equal((0.0, 0.0), (run.Hours[0].Agents, run.Hours[0].Load));
    }

    [Fact]
    public void Of_more_than_can_be_taken_the_first_are()
    {
        var run = Run(Enumerable.Range(0, RoutingRehearsal.ConversationsMax + 5).Select(i => Arrives($"c{i}", 0, 0)), [Shift("anna", 0, 60, 10)], 1);
        Assert.Equal((RoutingRehearsal.ConversationsMax, RoutingRehearsal.ConversationsMax, true), (run.ConversationCount, run.AssignedCount, run.Truncated));
    }

    [Fact]
    public void Nothing_recorded_tells_nothing()
    {
        var run = Run([], [], 2);
        Assert.Equal((0, 0, 2), (run.ConversationCount, run.AssignedCount, run.Hours.Count));
        Assert.Null(run.MedianWait);
    }

    private static RoutingDryRun Run(
        IEnumerable<RehearsedConversation> conversations, IEnumerable<RehearsedShift> shifts, int hours, Action<Queue>? settings = null) =>
        RoutingRehearsal.Run(conversations, shifts, NewQueue(settings), WorkUnits.Usual, Nine, Nine + Duration.FromHours(hours));

    private static Queue NewQueue(Action<Queue>? settings)
    {
        var queue = new Queue { Name = "queues/main" };
        settings?.Invoke(queue);
        return queue;
    }

    private static RehearsedConversation Arrives(string id, int minute, int minutes, Action<WaitingConversation>? settings = null)
    {
        var conversation = new WaitingConversation
        {
            Conversation = id, Version = 1, Channel = "chat", WaitBeginTime = (Nine + Duration.FromMinutes(minute)).ToTimestamp(),
        };
        settings?.Invoke(conversation);
        return new RehearsedConversation(conversation, Duration.FromMinutes(minutes), null);
    }

    private static RehearsedShift Shift(string agent, int begin, int end, int capacity) => new(
        new AgentRouting { Agent = agent, CapacityUnits = capacity, Queues = { "main" } },
        Nine + Duration.FromMinutes(begin),
        Nine + Duration.FromMinutes(end));

    private static double Minutes(ProtoDuration wait) => wait.ToNoda().TotalMinutes;
}
