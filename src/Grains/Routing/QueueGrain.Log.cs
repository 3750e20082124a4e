using Microsoft.Extensions.Logging;

namespace Engine.Grains.Routing;

internal sealed partial class QueueGrain
{
    [LoggerMessage(1301, LogLevel.Debug, "A queue came to life with {Waiting} conversations and {Agents} agents, in {DurationMs} ms.")]
    private partial void LogRebuilt(int waiting, int agents, double durationMs);

    [LoggerMessage(1302, LogLevel.Error, "A queue failed at a step of an assignment; it is tried again.")]
    private partial void LogStepFailed(Exception exception);

    [LoggerMessage(1303, LogLevel.Warning, "A queue cannot reach agents or conversations for now: {Error}, {Failures} times since this was last said.")]
    private partial void LogStepDelayed(string error, int failures);

    [LoggerMessage(1304, LogLevel.Error, "A queue failed to look after itself, and tries again.")]
    private partial void LogBeatFailed(Exception exception);

    [LoggerMessage(1305, LogLevel.Warning,
        "A queue's memory differed from the journal and was mended: {Kind}, {Count} times. This is a fault of the engine, please report it.")]
    private partial void LogReconciled(string kind, int count);
}
