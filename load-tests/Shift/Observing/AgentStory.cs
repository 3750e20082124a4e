using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>An agent as its events tell it.</summary>
/// <param name="Name">agents/{agent}.</param>
/// <param name="Steps">Profile and presence, each since when.</param>
internal sealed record AgentStory(string Name, IReadOnlyList<(DateTimeOffset At, Agent Agent)> Steps)
{
    /// <param name="events">All of this agent, in any order; each may come several times.</param>
    public static AgentStory Of(string name, IEnumerable<Event> events) => new(
        name,
        [
            .. from e in events.DistinctBy(e => e.Version).OrderBy(e => e.Version)
               from changed in e.AgentEvents
               where changed.Changed is { Presence: not Presence.Unspecified }
               select (e.CommitTime.ToDateTimeOffset(), changed.Changed),
        ]);

    /// <summary>Units in all; the most there ever were.</summary>
    public int CapacityUnits => Steps.Count == 0 ? 0 : Steps.Max(s => s.Agent.CapacityUnits);

    /// <summary>When the agent was there, until <paramref name="end"/>.</summary>
    public IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Online(DateTimeOffset end)
    {
        DateTimeOffset? since = null;
        foreach (var (at, agent) in Steps.TakeWhile(s => s.At < end))
        {
            if (agent.Presence == Presence.Online)
            {
                since ??= at;
            }
            else if (since is { } from)
            {
                yield return (from, at);
                since = null;
            }
        }

        if (since is { } open) yield return (open, end);
    }

    public bool IsOnline(DateTimeOffset instant) => AsOf(instant)?.Presence == Presence.Online;

    /// <summary>The profile at an instant; null: not created yet.</summary>
    public Agent? AsOf(DateTimeOffset instant)
    {
        Agent? last = null;
        foreach (var (at, agent) in Steps)
        {
            if (at > instant) break;
            last = agent;
        }

        return last;
    }
}
