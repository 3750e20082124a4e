namespace Engine.Grains.Journal;

/// <summary>Every lane whose number modulo <see cref="Groups"/> is <see cref="Group"/>: what one owner of a consumer reads.</summary>
public readonly record struct LaneSet
{
    /// <param name="group">In [0, groups).</param>
    /// <param name="groups">1 to 64.</param>
    public LaneSet(int group, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups, StreamName.LaneCount);
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(group, groups);
        Group = group;
        Groups = groups;
    }

    /// <summary>The whole journal.</summary>
    public static LaneSet All { get; } = new(0, 1);

    public int Group { get; }

    public int Groups { get; }

    /// <summary>The lanes, ascending.</summary>
    public IEnumerable<int> Lanes
    {
        get
        {
            for (var lane = Group; lane < StreamName.LaneCount; lane += Groups) yield return lane;
        }
    }

    public bool Contains(int lane) => lane % Groups == Group;

    public override string ToString() => $"{Group}/{Groups}";
}
