using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Membership;

internal sealed partial class ClusterMembership
{
    [LoggerMessage(600, LogLevel.Information, "Silo {Silo} has joined the cluster")]
    private static partial void Joined(ILogger logger, SiloAddress silo);

    [LoggerMessage(601, LogLevel.Information, "Silo {Silo} has left the cluster")]
    private static partial void Left(ILogger logger, SiloAddress silo);

    [LoggerMessage(602, LogLevel.Information, "The cluster's view {Version} has {Count} members")]
    private static partial void ViewRead(ILogger logger, long version, int count);

    [LoggerMessage(603, LogLevel.Warning, "The lease cannot be renewed, which is tried again: {Reason}")]
    private static partial void RenewalFailed(ILogger logger, string reason);

    [LoggerMessage(604, LogLevel.Information, "The lease is renewed again")]
    private static partial void Returned(ILogger logger);

    [LoggerMessage(605, LogLevel.Error, "No renewal for {Limit}: the silo answers no calls until its lease is renewed")]
    private static partial void Suspended(ILogger logger, TimeSpan limit);

    [LoggerMessage(606, LogLevel.Information, "The silo holds its lease again and answers calls")]
    private static partial void Resumed(ILogger logger);

    [LoggerMessage(607, LogLevel.Critical, "Silo {Silo} was evicted from the cluster by another member; its process has to end")]
    private static partial void EvictedSelf(ILogger logger, SiloAddress silo);

    [LoggerMessage(608, LogLevel.Warning, "Silo {Silo} was evicted: its lease had expired {Expired} ago")]
    private static partial void EvictedOther(ILogger logger, SiloAddress silo, TimeSpan expired);

    [LoggerMessage(611, LogLevel.Warning, "Silo {Silo} was evicted: its process is gone, its port refuses connections")]
    private static partial void EvictedGone(ILogger logger, SiloAddress silo);

    [LoggerMessage(609, LogLevel.Warning, "The membership cannot be reached, joining is tried again: {Reason}")]
    private static partial void JoinRetried(ILogger logger, string reason);

    [LoggerMessage(610, LogLevel.Error, "A handler of a membership event failed")]
    private static partial void HandlerFailed(ILogger logger, Exception error);
}
