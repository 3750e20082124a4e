namespace Orleans.Runtime;

/// <summary>The stages of an activation.</summary>
public static class GrainLifecycleStage
{
    public const int First = int.MinValue;

    /// <summary>Persistent state is read.</summary>
    public const int SetupState = 1000;

    /// <summary>OnActivateAsync runs.</summary>
    public const int Activate = 2000;

    public const int Last = int.MaxValue;
}
