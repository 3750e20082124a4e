namespace Orleans.Runtime;

/// <summary>The activation whose turn runs on this thread.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? ThreadCurrent;

    public static IGrainContext? Current
    {
        get => ThreadCurrent;
        set => ThreadCurrent = value;
    }
}
