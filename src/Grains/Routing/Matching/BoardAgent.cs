using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Routing.Matching;

/// <summary>
/// An agent on the board; also one of whom nothing is known but that work is on its way to them. Its <see cref="Timed.Due"/>
/// is when units become free, or the agent is asked again, by itself.
/// </summary>
internal sealed class BoardAgent(string id, int slot) : Timed
{
    public string Id { get; } = id;

    public string Name { get; } = $"agents/{id}";

    /// <summary>Where its figures are in the roster's arrays.</summary>
    public int Slot { get; } = slot;

    /// <summary>What was told last; null: nothing, or that there is no such agent.</summary>
    public AgentRouting? Told { get; private set; }

    /// <summary>What is older is not news.</summary>
    public long Version { get; private set; }

    /// <summary>By skill.</summary>
    public Dictionary<string, int> Levels { get; } = new(StringComparer.Ordinal);

    public List<Hold> Holds { get; } = [];

    /// <summary>Lanes of conversations that wait for this agent alone.</summary>
    public List<Lane> PreferredLanes { get; } = [];

    public bool IsOnline => Told is { Presence: Presence.Online };

    public int CapacityUnits => Told?.CapacityUnits ?? 0;

    /// <summary>Units held, reserved, or on their way.</summary>
    public int LoadUnits { get; set; }

    /// <summary>Nothing is asked of the agent before; ticks.</summary>
    public long RestUntil { get; set; }

    /// <summary>When the agent last got something, or is about to; ticks.</summary>
    public long LastAssign { get; set; }

    /// <returns>Whether the agent fits otherwise than before.</returns>
    public bool Tell(AgentRouting? told, long version)
    {
        var same = Told is { } before && told is not null && before.Queues.Equals(told.Queues) && before.Channels.Equals(told.Channels)
            && before.Languages.Equals(told.Languages) && before.Skills.Equals(told.Skills);
        Told = told;
        Version = version;
        if (same) return false;
        Levels.Clear();
        foreach (var skill in told?.Skills ?? []) Levels[skill.Name] = Math.Max(skill.Level, Levels.GetValueOrDefault(skill.Name));
        return true;
    }
}
