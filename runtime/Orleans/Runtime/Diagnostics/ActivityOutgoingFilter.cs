using System.Diagnostics;

namespace Orleans.Runtime.Diagnostics;

/// <summary>Starts an activity for each call that leaves.</summary>
internal sealed class ActivityOutgoingFilter : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        using var activity = ActivityTraces.SourceOf(context).StartActivity(context.Request.GetActivityName(), ActivityKind.Client);
        var current = activity ?? Activity.Current;
        if (current?.Id is { } id)
        {
            RequestContext.Set(ActivityTraces.ParentKey, id);
            if (current.TraceStateString is { } state)
                RequestContext.Set(ActivityTraces.StateKey, state);
        }

        await ActivityTraces.Run(context, activity);
    }
}
