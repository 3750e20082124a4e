namespace Engine.Grains.Routing.Matching;

/// <summary>Something that changes by itself at an instant.</summary>
internal abstract class Timed
{
    private int _place;

    /// <summary>In ticks since 1970.</summary>
    public long Due { get; set; } = BoardTime.Never;

    internal readonly struct Order : IHeapOrder<Timed>
    {
        public static bool IsBefore(Timed a, Timed b) => a.Due < b.Due;

        public static ref int Place(Timed item) => ref item._place;
    }
}
