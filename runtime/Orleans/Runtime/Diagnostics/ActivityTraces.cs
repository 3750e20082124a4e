using System.Diagnostics;
using Orleans.Diagnostics;

namespace Orleans.Runtime.Diagnostics;

/// <summary>Activities of calls, and how they travel in the request context.</summary>
internal static class ActivityTraces
{
    public const string ParentKey = "traceparent";
    public const string StateKey = "tracestate";
    public static readonly ActivitySource Application = new(ActivitySources.ApplicationGrainActivitySourceName, "1.1.0");
    public static readonly ActivitySource Runtime = new(ActivitySources.RuntimeActivitySourceName, "1.1.0");

    /// <summary>The runtime's own grains have a source of their own, so that they can be left out.</summary>
    public static ActivitySource SourceOf(IGrainCallContext context) =>
        context.InterfaceName.StartsWith("Orleans.", StringComparison.Ordinal) ? Runtime : Application;

    public static async Task Run(IGrainCallContext context, Activity? activity)
    {
        if (activity is null)
        {
            await context.Invoke();
            return;
        }

        activity.SetTag("rpc.system", "orleans");
        activity.SetTag("rpc.service", context.InterfaceName);
        activity.SetTag("rpc.method", context.MethodName);
        activity.SetTag("rpc.orleans.target_id", context.TargetId.ToString());
        try
        {
            await context.Invoke();
            activity.SetStatus(ActivityStatusCode.Ok);
        }
        catch (Exception error)
        {
            activity.SetStatus(ActivityStatusCode.Error);
            activity.SetTag("exception.type", error.GetType().FullName);
            throw;
        }
    }
}
