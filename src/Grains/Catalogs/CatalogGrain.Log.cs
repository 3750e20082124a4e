using Microsoft.Extensions.Logging;

namespace Engine.Grains.Catalogs;

internal sealed partial class CatalogGrain
{
    [LoggerMessage(1401, LogLevel.Information, "{Count} open conversations were computed anew for version {Version} of a catalog, in {Seconds:0.0} s.")]
    private partial void LogRolledOut(long count, long version, double seconds);

    [LoggerMessage(1402, LogLevel.Error, "The rollout of a catalog failed; tried again within a minute.")]
    private partial void LogRolloutFailed(Exception exception);

    [LoggerMessage(1403, LogLevel.Error, "The promises of a conversation could not be computed anew; its next change will.")]
    private partial void LogNotComputed(Exception exception);
}
