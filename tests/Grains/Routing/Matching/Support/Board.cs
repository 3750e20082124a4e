using Engine.Grains.Routing;
using Engine.Grains.Routing.Matching;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;
using ProtoDuration = Google.Protobuf.WellKnownTypes.Duration;

namespace Engine.Grains.Tests.Routing.Matching.Support;

/// <summary>A board for examples: time in seconds after nine, everybody there and idle unless said otherwise.</summary>
internal sealed class Board
{
    private long _version;
    private int _reservations;

    public Board(Action<Queue>? settings = null)
    {
        Queue = new Queue { Name = "queues/main", Version = 3 };
        settings?.Invoke(Queue);
        Queues = new QueueBoard(Queue, WorkUnits.Usual);
    }

    public Queue Queue { get; }

    public QueueBoard Queues { get; }

    /// <summary>Seconds after nine.</summary>
    public int Seconds { get; set; }

    public Instant Now => At(Seconds);

    public static Instant At(int seconds) => Instant.FromUtc(2026, 11, 27, 9, 0) + Duration.FromSeconds(seconds);

    public static ProtoDuration Span(int seconds) => new() { Seconds = seconds };

    public AgentRouting Agent(string id, Action<AgentRouting>? settings = null)
    {
        var agent = new AgentRouting { Agent = id, Version = ++_version, Presence = Presence.Online, CapacityUnits = 100, Queues = { "main" } };
        settings?.Invoke(agent);
        Assert.True(Queues.PutAgent(agent, Now));
        return agent;
    }

    public WaitingConversation Waits(string id, Action<WaitingConversation>? settings = null)
    {
        var waiting = new WaitingConversation
        {
            Conversation = id, Version = ++_version, Channel = "chat", WaitBeginTime = Now.ToTimestamp(), Priority = Priority.Normal,
        };
        settings?.Invoke(waiting);
        Assert.True(Queues.Put(waiting, Now));
        return waiting;
    }

    /// <summary>The next one, held for thirty seconds.</summary>
    public Match? Next() => Queues.Next(Now, $"r{++_reservations}", At(Seconds + 30));

    /// <summary>All that can be matched: "conversation>agent ...".</summary>
    public string All()
    {
        var matches = new List<string>();
        while (Next() is { } match) matches.Add($"{match.Conversation.Conversation}>{match.Agent}");
        return string.Join(' ', matches);
    }

    /// <summary>Seconds after nine at which something changes by itself.</summary>
    public double? NextChange() => (Queues.NextChange(Now) - At(0))?.TotalSeconds;
}
