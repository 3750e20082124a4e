namespace Engine.Api.Signals;

/// <summary>The names of the streams that carry activity. Silos and gateways register the provider.</summary>
public static class ActivityStreams
{
    /// <summary>The provider of memory streams.</summary>
    public const string Provider = "activity";

    /// <summary>The streams' namespace; their keys are <c>workspace/conversation</c>.</summary>
    public const string Namespace = "activity";
}
