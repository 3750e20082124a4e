using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Activations;

/// <summary>What activations report.</summary>
internal sealed partial class ActivationLog(ILogger logger)
{
    [LoggerMessage(100, LogLevel.Error, "A turn of {GrainId} failed")]
    public partial void TurnFailed(GrainId grainId, Exception error);

    [LoggerMessage(101, LogLevel.Warning, "Turns of {GrainId} kept a thread for {ElapsedMs} ms")]
    public partial void LongTurn(GrainId grainId, long elapsedMs);

    [LoggerMessage(102, LogLevel.Warning, "{GrainId} could not be activated")]
    public partial void ActivationFailed(GrainId grainId, Exception error);

    [LoggerMessage(103, LogLevel.Warning, "{GrainId} failed while it was deactivated")]
    public partial void DeactivationFailed(GrainId grainId, Exception error);

    [LoggerMessage(104, LogLevel.Error, "Timer {Number} of {GrainId} failed")]
    public partial void TimerFailed(GrainId grainId, int number, Exception error);

    [LoggerMessage(105, LogLevel.Warning, "The one-way call {Method} of {GrainId} failed")]
    public partial void OneWayFailed(GrainId grainId, string method, Exception error);

    [LoggerMessage(106, LogLevel.Debug, "{GrainId} was deactivated: {Reason}")]
    public partial void Deactivated(GrainId grainId, DeactivationReasonCode reason);

    [LoggerMessage(107, LogLevel.Information, "{Count} idle activations of {Total} end")]
    public partial void Collected(int count, int total);

    [LoggerMessage(108, LogLevel.Warning, "Memory use is {Percent} percent: {Count} activations of {Total} end")]
    public partial void Shed(double percent, int count, int total);

    [LoggerMessage(109, LogLevel.Warning, "The silo stops while {Count} activations are still ending")]
    public partial void EndedEarly(int count);
}
