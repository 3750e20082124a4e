using Microsoft.Extensions.Logging;

namespace Engine.Silo.Hosting;

/// <summary>A gateway that finds no silo looks again, for as long as it takes.</summary>
internal sealed partial class WaitForSilo(ILogger<WaitForSilo> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private bool _isTold;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (!_isTold)
            LogWaiting(logger);
        _isTold = true;
        await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        return true;
    }

    [LoggerMessage(1004, LogLevel.Warning, "No silo can be reached; this gateway waits for one")]
    private static partial void LogWaiting(ILogger logger);
}
