using Engine.Grains.Journal;

namespace Engine.Storage;

/// <summary>Under which name the engine's own consumers keep their checkpoints.</summary>
internal static class ConsumerNames
{
    /// <summary>
    /// The plain name where one owner reads everything, as it always was; otherwise with the group and the number of groups,
    /// so that another number of groups begins anew and misses nothing.
    /// </summary>
    public static string Of(string consumer, LaneSet lanes) => lanes.Groups == 1 ? consumer : $"{consumer}/{lanes}";
}
