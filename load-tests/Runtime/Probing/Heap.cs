namespace Engine.LoadTests.Runtime.Probing;

/// <summary>The managed heap without its garbage.</summary>
internal static class Heap
{
    /// <summary>Collects until finalizers, too, have let go of what they held.</summary>
    /// <returns>Bytes in use.</returns>
    public static long CollectedBytes()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
