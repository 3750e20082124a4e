using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Matching;

public sealed class QueueBoard
{
    /// <param name="queue">The settings; its name is queues/{queue}.</param>
    /// <param name="units">How work weighs.</param>
    public QueueBoard(Queue queue, WorkUnits units) => throw new NotImplementedException();

    /// <summary>Whether matches carry their <see cref="Match.Decision"/>. True unless told otherwise.</summary>
    public bool Explains { get; set; } = true;

    /// <summary>Conversations waiting, those under way (held) included.</summary>
    public int WaitingCount => throw new NotImplementedException();

    /// <summary>Conversations waiting that are under way to somebody.</summary>
    public int UnderWayCount => throw new NotImplementedException();

    /// <summary>Waiting by priority; the index is the enum's number, NORMAL for what was not given.</summary>
    public IReadOnlyList<int> WaitingByPriority => throw new NotImplementedException();

    /// <summary>Takes other settings; everything is looked at anew.</summary>
    public void Configure(Queue queue, WorkUnits units) => throw new NotImplementedException();

    /// <summary>A conversation that waits, or waits otherwise than before.</summary>
    /// <returns>False: an older or the same version as is known (waiting or gone); nothing changed.</returns>
    public bool Put(WaitingConversation conversation, Instant now) => throw new NotImplementedException();

    /// <summary>A conversation that does not wait. Its version is remembered for <see cref="GoneKept"/>. Holds for it stay until dropped.</summary>
    public bool Remove(string conversation, long version, Instant now) => throw new NotImplementedException();

    /// <summary>An agent as the agent tells it. One who works for none of the queues that count here is nobody to be asked.</summary>
    public bool PutAgent(AgentRouting agent, Instant now) => throw new NotImplementedException();

    /// <summary>Forgets an agent.</summary>
    public bool RemoveAgent(string agent, long version, Instant now) => throw new NotImplementedException();

    /// <summary>Units on their way to an agent, for a conversation that is not given to anybody else meanwhile.</summary>
    public void Hold(string reservation, string conversation, string agent, int units, Instant until, Instant now) => throw new NotImplementedException();

    /// <summary>A hold is over, whatever came of it.</summary>
    public bool Drop(string reservation, Instant now) => throw new NotImplementedException();

    /// <summary>The agent does not want it: not asked before <paramref name="again"/>, and until <paramref name="until"/> only if nobody else fits.</summary>
    public void Decline(string conversation, string agent, Instant again, Instant until, Instant now) => throw new NotImplementedException();

    /// <summary>The agent refused though the board saw room: asked for nothing until then, or until something newer is known of them.</summary>
    public void Rest(string agent, Instant until, Instant now) => throw new NotImplementedException();

    /// <summary>The first in order for whom somebody is there; holds it for that agent.</summary>
    /// <param name="reservation">An id never used before.</param>
    /// <param name="until">When the hold ends by itself.</param>
    public Match? Next(Instant now, string reservation, Instant until) => throw new NotImplementedException();

    /// <summary>As many as can be matched, at most <paramref name="max"/>.</summary>
    public IReadOnlyList<Match> MatchAll(Instant now, int max, Func<string> newReservation, Instant until) => throw new NotImplementedException();

    /// <summary>When something changes by itself: look again then. Null: never.</summary>
    public Instant? NextChange(Instant now) => throw new NotImplementedException();

    /// <summary>Why a conversation still waits; null: it does not wait here.</summary>
    public WaitingExplanation? Explain(string conversation, Instant now) => throw new NotImplementedException();

    /// <summary>A decision by hand: who else was there, and how laden.</summary>
    public RoutingDecision ExplainByHand(string conversation, string agent, string reservation, int units, Instant now) => throw new NotImplementedException();

    /// <summary>Whether it waits here, and as what version.</summary>
    public WaitingConversation? Waiting(string conversation) => throw new NotImplementedException();

    /// <summary>An agent as last put.</summary>
    public AgentRouting? Agent(string agent) => throw new NotImplementedException();

    /// <summary>Since when the one has waited that has waited longest.</summary>
    public Instant? OldestWaitBegin() => throw new NotImplementedException();

    /// <summary>The queue's own agents who are there.</summary>
    public BoardStaff Staff(Instant now) => throw new NotImplementedException();
}
