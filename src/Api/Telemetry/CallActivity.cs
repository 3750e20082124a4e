using System.Diagnostics;
using Grpc.Core;

namespace Engine.Api.Telemetry;

/// <summary>
/// The span of one call. Its parent is what the caller sent, not what the web server made of it: that one is unsampled when
/// nobody listens to the web server, and would silence everything below it.
/// </summary>
internal static class CallActivity
{
    public static Activity? Start(ServerCallContext context)
    {
        if (!ApiMetrics.Activities.HasListeners()) return null;
        var around = Activity.Current;
        ActivityContext.TryParse(
            context.RequestHeaders.GetValue("traceparent"), context.RequestHeaders.GetValue("tracestate"), isRemote: true, out var parent);
        Activity.Current = null;
        var activity = ApiMetrics.Activities.StartActivity(context.Method.TrimStart('/'), ActivityKind.Server, parent);
        if (activity is null)
        {
            Activity.Current = around;
            return null;
        }

        var slash = context.Method.LastIndexOf('/');
        activity.SetTag("rpc.system", "grpc");
        activity.SetTag("rpc.service", context.Method[1..slash]);
        activity.SetTag("rpc.method", context.Method[(slash + 1)..]);
        return activity;
    }

    public static void End(Activity? activity, StatusCode status)
    {
        if (activity is null) return;
        activity.SetTag("rpc.grpc.status_code", (int)status);
        // A refusal is an answer; a span fails when the engine did.
        if (status is StatusCode.Internal or StatusCode.Unknown or StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.DataLoss)
            activity.SetStatus(ActivityStatusCode.Error);
    }
}
