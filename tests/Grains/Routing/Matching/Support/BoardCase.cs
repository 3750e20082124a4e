using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using ProtoDuration = Google.Protobuf.WellKnownTypes.Duration;

namespace Engine.Grains.Tests.Routing.Matching.Support;

/// <summary>A queue, and what happens to it.</summary>
internal sealed record BoardCase(Queue Queue, RoutingSettings Settings, IReadOnlyList<BoardStep> Steps)
{
    public static Instant Start { get; } = Instant.FromUtc(2026, 11, 27, 8, 0);

    private static readonly string[] Skills = ["returns", "wine"];
    private static readonly string[] Languages = ["en", "pt", "pt-BR"];
    private static readonly string[] Channels = ["chat", "mail"];
    private static readonly string[] Queues = ["main", "other", "third"];

    public static BoardCase Make(Random random)
    {
        var steps = new List<BoardStep>();
        for (var agents = random.Next(1, 6); agents > 0; agents--)
            steps.Add(new BoardStep(0, StepKind.PutAgent) { Agent = MakeAgent(random, $"a{agents}", 1, 0) });
        for (var waiting = random.Next(1, 7); waiting > 0; waiting--)
            steps.Add(new BoardStep(0, StepKind.Put) { Conversation = MakeConversation(random, $"c{waiting}", 1, 0) });
        var count = random.Next(4, 26);
        var time = 0;
        for (var i = 0; i < count; i++)
        {
            var step = MakeStep(random, i + 2, time);
            time += step.After;
            steps.Add(step);
        }

        KeepProfiles(random, steps);
        return new BoardCase(MakeQueue(random), MakeSettings(random), steps);
    }

    /// <summary>With less in it, for a fault that is easy to read.</summary>
    public IEnumerable<BoardCase> Smaller()
    {
        for (var length = Steps.Count / 2; length >= 1; length /= 2)
            for (var at = 0; at + length <= Steps.Count; at += length)
                yield return this with { Steps = [.. Steps.Take(at), .. Steps.Skip(at + length)] };
        if (Queue.RelaxSteps.Count > 0)
        {
            var queue = Queue.Clone();
            queue.RelaxSteps.RemoveAt(queue.RelaxSteps.Count - 1);
            yield return this with { Queue = queue };
        }
    }

    public static Queue MakeQueue(Random random)
    {
        var queue = new Queue
        {
            Name = "queues/main",
            AgentChoice = Pick(random, [RoutingRule.Unspecified, RoutingRule.MostSpare, RoutingRule.MostSpareShare, RoutingRule.RoundRobin]),
            MatchLanguage = random.Next(2) == 0,
            Version = random.Next(1, 100),
        };
        if (random.Next(2) == 0) queue.PreferredWait = new ProtoDuration { Seconds = random.Next(0, 60) };
        if (random.Next(3) > 0) queue.HeldAgentsMax = random.Next(0, 4);
        if (random.Next(2) == 0) queue.HeldAgentsPercent = random.Next(1, 101);
        if (random.Next(3) == 0) queue.RequiredSkills.Add(MakeRequirement(random));
        for (var steps = random.Next(0, 4); steps > 0; steps--)
        {
            var step = new RelaxStep { After = new ProtoDuration { Seconds = random.Next(1, 90) }, DropAllSkills = random.Next(4) == 0, DropLanguage = random.Next(3) == 0 };
            if (random.Next(2) == 0) step.DropSkills.Add(Pick(random, Skills));
            if (random.Next(2) == 0) step.AlsoQueues.Add($"queues/{Pick(random, Queues)}");
            queue.RelaxSteps.Add(step);
        }

        return queue;
    }

    public static AgentRouting MakeAgent(Random random, string id, int version, int time)
    {
        var agent = new AgentRouting
        {
            Agent = id,
            Version = version,
            Presence = random.Next(4) == 0 ? Pick(random, [Presence.Away, Presence.Offline]) : Presence.Online,
            CapacityUnits = Pick(random, [0, 10, 30, 50, 50, 100, 100, 100, 200]),
            HeldUnits = random.Next(3) == 0 ? random.Next(0, 120) : 0,
        };
        agent.Queues.Add(random.Next(4) == 0 ? Pick(random, Queues) : "main");
        if (random.Next(4) == 0) agent.Channels.Add(Pick(random, Channels));
        foreach (var skill in Skills)
            if (random.Next(3) > 0) agent.Skills.Add(new Skill { Name = skill, Level = random.Next(1, 4) });
        foreach (var language in Languages)
            if (random.Next(2) == 0) agent.Languages.Add(language);
        if (random.Next(3) == 0) agent.LastAssignTime = At(time - random.Next(0, 100));
        for (var reserved = random.Next(-3, 3); reserved > 0; reserved--)
        {
            agent.Reservations.Add(new ReservedUnits
            {
                Reservation = $"r{random.Next(1, 9)}", Units = Pick(random, [10, 20, 50]), Conversation = "c1",
                ExpireTime = random.Next(3) == 0 ? null : At(time + random.Next(-10, 60)),
            });
        }

        return agent;
    }

    public static WaitingConversation MakeConversation(Random random, string id, int version, int time)
    {
        var conversation = new WaitingConversation
        {
            Conversation = id,
            Version = version,
            Priority = (Priority)random.Next(0, 5),
            WaitBeginTime = At(time - (random.Next(2) == 0 ? 0 : random.Next(0, 100))),
            Channel = Pick(random, Channels),
            Language = random.Next(4) == 0 ? "" : Pick(random, Languages),
            Mode = Pick(random, [ConversationMode.Asynchronous, ConversationMode.Unspecified, ConversationMode.Live, ConversationMode.Callback]),
            PreferredAgent = random.Next(3) == 0 ? $"a{random.Next(1, 6)}" : "",
        };
        if (random.Next(2) == 0) conversation.DeadlineTime = At(time + random.Next(-50, 50));
        if (random.Next(8) == 0) conversation.NotBeforeTime = At(time + random.Next(-10, 60));
        for (var skills = random.Next(-2, 3); skills > 0; skills--) conversation.RequiredSkills.Add(MakeRequirement(random));
        return conversation;
    }

    public static RoutingSettings MakeSettings(Random random) => random.Next(2) == 0
        ? new RoutingSettings()
        : new RoutingSettings { LiveUnits = random.Next(1, 60), CallbackUnits = random.Next(1, 120), ChannelUnits = { ["mail"] = random.Next(1, 30) } };

    /// <summary>Seconds after the start.</summary>
    public static Timestamp At(int seconds) => Timestamp.FromDateTimeOffset((Start + NodaTime.Duration.FromSeconds(seconds)).ToDateTimeOffset());

    public override string ToString() => $"{Queue}{Environment.NewLine}{Settings}{Environment.NewLine}{string.Concat(Steps)}";

    private static BoardStep MakeStep(Random random, int i, int time)
    {
        var after = random.Next(3) == 0 ? random.Next(0, 25) : 0;
        time += after;
        var conversation = $"c{random.Next(1, 9)}";
        var agent = $"a{random.Next(1, 6)}";
        var version = Math.Max(1, i + random.Next(-4, 2));
        return random.Next(24) switch
        {
            < 5 => new BoardStep(after, StepKind.Put) { Conversation = MakeConversation(random, conversation, version, time) },
            < 9 => new BoardStep(after, StepKind.PutAgent) { Agent = MakeAgent(random, agent, version, time) },
            < 10 => new BoardStep(after, StepKind.Remove) { Id = conversation, Number = version },
            < 11 => new BoardStep(after, StepKind.RemoveAgent) { Id = agent, Number = version },
            < 17 => new BoardStep(after, StepKind.Match) { Number = random.Next(3) == 0 ? random.Next(1, 4) : 100, Until = random.Next(1, 60) },
            < 18 => new BoardStep(after, StepKind.Hold) { Id = conversation, Other = agent, Number = Pick(random, [10, 20, 50]), Until = random.Next(1, 60) },
            < 20 => new BoardStep(after, StepKind.Drop) { Number = random.Next(0, 8) },
            < 23 => new BoardStep(after, StepKind.Decline) { Id = conversation, Other = agent, Again = random.Next(0, 30), Until = random.Next(0, 120) },
            _ when random.Next(2) == 0 => new BoardStep(after, StepKind.Rest) { Id = agent, Until = random.Next(0, 30) },
            _ => new BoardStep(after, StepKind.Configure) { Queue = MakeQueue(random) },
        };
    }

    /// <summary>As it is in life: agents come and go, and their units change, far oftener than what they know.</summary>
    private static void KeepProfiles(Random random, List<BoardStep> steps)
    {
        var known = new Dictionary<string, AgentRouting>();
        foreach (var agent in steps.Select(step => step.Agent).OfType<AgentRouting>())
        {
            if (known.TryGetValue(agent.Agent, out var before) && random.Next(3) > 0)
            {
                agent.Queues.Clear();
                agent.Queues.Add(before.Queues);
                agent.Channels.Clear();
                agent.Channels.Add(before.Channels);
                agent.Skills.Clear();
                agent.Skills.Add(before.Skills);
                agent.Languages.Clear();
                agent.Languages.Add(before.Languages);
            }

            known[agent.Agent] = agent;
        }
    }

    private static SkillRequirement MakeRequirement(Random random) => new() { Skill = Pick(random, Skills), LevelMin = random.Next(0, 4) };

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
