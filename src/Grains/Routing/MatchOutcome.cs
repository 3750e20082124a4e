namespace Engine.Grains.Routing;

/// <summary>What came of a match, as far as its queue is concerned.</summary>
internal enum MatchOutcome
{
    /// <summary>It came to nothing for now: nobody is asked for this conversation for a moment.</summary>
    Failed,

    /// <summary>Assigned, or refused by an agent: the next one may be asked at once.</summary>
    Over,

    /// <summary>The agent was asked.</summary>
    Offered,

    /// <summary>Not known before the reservation is over.</summary>
    Unknown,
}
