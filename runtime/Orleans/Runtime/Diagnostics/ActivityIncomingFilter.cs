using System.Diagnostics;

namespace Orleans.Runtime.Diagnostics;

/// <summary>Goes on with the activity of each call that arrives.</summary>
internal sealed class ActivityIncomingFilter : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        ActivityContext.TryParse(
            RequestContext.Get(ActivityTraces.ParentKey) as string, RequestContext.Get(ActivityTraces.StateKey) as string,
            isRemote: true, out var parent);
        using var activity = ActivityTraces.SourceOf(context)
            .StartActivity(context.Request.GetActivityName(), ActivityKind.Server, parent);
        await ActivityTraces.Run(context, activity);
    }
}
