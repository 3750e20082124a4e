using Engine.Grains.Routing.Matching;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.RoutingBench;

/// <summary>
/// A queue as a large shop has it in a busy hour: people who know some things, write some languages and work on some channels,
/// and conversations that ask for them in <see cref="ProfileCount"/> ways. The same each time: it is made by a seed.
/// </summary>
internal sealed class Shop
{
    public const int ProfileCount = 30;

    private const int Units = 10;
    private static readonly string[] Skills = ["orders", "returns", "payments", "delivery", "wine"];
    private static readonly string[] Languages = ["en", "pt-BR", "it", "nl", "id"];
    private static readonly string[] Channels = ["chat", "whatsapp", "email"];

    private readonly Random _random = new(5);
    private readonly List<(string Skill, string Language, string Channel)> _profiles = [];
    private int _conversations;

    public Shop(int agents, int waiting, int capacityUnits, RoutingRule rule)
    {
        Queue = new Queue { Name = "queues/main", MatchLanguage = true, AgentChoice = rule, Version = 1 };
        for (var i = 0; i < ProfileCount; i++) _profiles.Add((Skills[i % Skills.Length], Languages[i / 6 % Languages.Length], Channels[i % Channels.Length]));
        Agents = [.. Enumerable.Range(0, agents).Select(i => NewAgent($"agent-{i:D5}", capacityUnits))];
        Waiting = [.. Enumerable.Range(0, waiting).Select(_ => NewConversation())];
    }

    public static Instant Now { get; } = Instant.FromUtc(2026, 11, 27, 12, 0);

    public Queue Queue { get; }

    public AgentRouting[] Agents { get; }

    public WaitingConversation[] Waiting { get; }

    public WaitingConversation NewConversation()
    {
        var (skill, language, channel) = _profiles[_random.Next(_profiles.Count)];
        var begin = Now - Duration.FromSeconds(_random.Next(0, 7_200));
        var conversation = new WaitingConversation
        {
            Conversation = $"conversation-{++_conversations:D8}",
            Version = 1,
            Priority = _random.Next(10) switch { 0 => Priority.Urgent, 1 => Priority.High, 2 => Priority.Low, _ => Priority.Normal },
            WaitBeginTime = begin.ToTimestamp(),
            Channel = channel,
            Language = language,
            Mode = ConversationMode.Asynchronous,
            // A third are known to somebody; for nearly all of them the wait for that agent is over.
            PreferredAgent = _random.Next(3) == 0 ? Agents[_random.Next(Agents.Length)].Agent : "",
        };
        if (_random.Next(3) > 0) conversation.DeadlineTime = (begin + Duration.FromHours(1)).ToTimestamp();
        conversation.RequiredSkills.Add(new SkillRequirement { Skill = skill, LevelMin = 1 + _random.Next(10) / 8 });
        return conversation;
    }

    /// <summary>The agent after a change of the units held and reserved.</summary>
    public static AgentRouting Changed(AgentRouting agent, int heldUnits, string? reservation, Instant now)
    {
        var changed = new AgentRouting(agent) { Version = agent.Version + 1, HeldUnits = heldUnits };
        changed.Reservations.Clear();
        if (reservation is not null)
        {
            changed.Reservations.Add(new ReservedUnits
            {
                Reservation = reservation, Units = Units, ExpireTime = (now + Duration.FromSeconds(30)).ToTimestamp(),
            });
        }

        return changed;
    }

    /// <summary>A board that has been told of everybody.</summary>
    public QueueBoard NewBoard(bool explains)
    {
        var board = new QueueBoard(Queue, Grains.Routing.WorkUnits.Usual) { Explains = explains };
        foreach (var agent in Agents) board.PutAgent(agent, Now);
        foreach (var conversation in Waiting) board.Put(conversation, Now);
        return board;
    }

    private AgentRouting NewAgent(string id, int capacityUnits)
    {
        var agent = new AgentRouting { Agent = id, Version = 1, Presence = Presence.Online, CapacityUnits = capacityUnits };
        agent.Queues.Add("main");
        if (_random.Next(2) == 0) agent.Channels.Add([Channels[_random.Next(Channels.Length)], Channels[_random.Next(Channels.Length)]]);
        foreach (var skill in Skills)
            if (_random.Next(2) == 0) agent.Skills.Add(new Skill { Name = skill, Level = _random.Next(1, 11) });
        agent.Languages.Add("en");
        foreach (var language in new[] { "pt", "it", "nl", "id" })
            if (_random.Next(3) == 0) agent.Languages.Add(language);
        return agent;
    }
}
