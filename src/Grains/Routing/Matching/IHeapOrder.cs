namespace Engine.Grains.Routing.Matching;

/// <summary>How a heap orders its items, and where each remembers its place in it.</summary>
internal interface IHeapOrder<T>
{
    static abstract bool IsBefore(T a, T b);

    /// <summary>The heap's own: the place plus one, 0 outside of it.</summary>
    static abstract ref int Place(T item);
}
