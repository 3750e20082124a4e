using Microsoft.Extensions.Logging;

namespace Engine.Api.Hosting;

/// <summary>Events 3000 to 3099.</summary>
internal static partial class EdgeLog
{
    [LoggerMessage(3000, LogLevel.Error, "{Method} failed unexpectedly; its caller was told INTERNAL.")]
    public static partial void CallFailed(this ILogger logger, string method, Exception exception);
}
