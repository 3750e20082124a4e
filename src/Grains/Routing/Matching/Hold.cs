namespace Engine.Grains.Routing.Matching;

/// <summary>Units on their way to an agent.</summary>
internal sealed class Hold(string reservation, string conversation, BoardAgent agent, int units, long since) : Timed
{
    public string Reservation { get; } = reservation;

    public string Conversation { get; } = conversation;

    public BoardAgent Agent { get; } = agent;

    public int Units { get; } = units;

    /// <summary>In ticks.</summary>
    public long Since { get; } = since;

    /// <summary>The agent has told of it: from then on the agent's own figures have it, also when it is in them no more.</summary>
    public bool IsTold { get; set; }
}
