using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Routing;

/// <summary>
/// Assignments for each hour that an agent was there: the highest of all agents' by the lowest. Agents count both for all
/// their life; the queue remembers where they stood some hours ago, and counts from there.
/// </summary>
internal sealed class Fairness
{
    /// <summary>What is counted reaches back one to two of these.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(4);

    /// <summary>Who was there for less tells nothing yet.</summary>
    private static readonly TimeSpan OnlineMin = TimeSpan.FromMinutes(15);

    private Dictionary<string, (long Assigned, TimeSpan Online)> _base = [];
    private Dictionary<string, (long Assigned, TimeSpan Online)> _next = [];
    private DateTimeOffset _nextSince;

    /// <summary>1: all got the same; 0: not known, fewer than two agents were there for long enough, or nobody got anything.</summary>
    public double Ratio(IEnumerable<AgentRouting> agents, DateTimeOffset now)
    {
        if (now - _nextSince >= Window) (_base, _next, _nextSince) = (_next, [], now);
        double? least = null;
        var most = 0.0;
        var count = 0;
        foreach (var agent in agents)
        {
            var (assigned, online) = (agent.AssignedCount, Online(agent, now));
            _next.TryAdd(agent.Agent, (assigned, online));
            var since = _base.TryGetValue(agent.Agent, out var old) ? old : _next[agent.Agent];
            var there = online - since.Online;
            if (there < OnlineMin) continue;
            count++;
            var got = assigned - since.Assigned;
            most = Math.Max(most, got / there.TotalHours);
            // Nobody is infinitely worse off: who got nothing counts as half a conversation.
            var few = Math.Max(got, 0.5) / there.TotalHours;
            least = least is null ? few : Math.Min(least.Value, few);
        }

        return count < 2 || most == 0 ? 0 : Math.Max(1, most / least!.Value);
    }

    private static TimeSpan Online(AgentRouting agent, DateTimeOffset now)
    {
        var online = agent.Online?.ToTimeSpan() ?? TimeSpan.Zero;
        if (agent.Presence != Presence.Online || agent.PresenceTime is null) return online;
        var there = now - agent.PresenceTime.ToDateTimeOffset();
        return there > TimeSpan.Zero ? online + there : online;
    }
}
