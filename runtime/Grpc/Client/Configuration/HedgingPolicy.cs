using Grpc.Core;

namespace Grpc.Net.Client.Configuration;

/// <summary>
/// Several attempts of a call at once, of which the first answer counts. For methods that may run more than once.
/// </summary>
public sealed class HedgingPolicy : ConfigObject
{
    /// <summary>The first attempt included; at least 2.</summary>
    public int? MaxAttempts
    {
        get => Get<int?>("maxAttempts");
        set => Set("maxAttempts", value);
    }

    /// <summary>How long there is no answer before the next attempt. None: all attempts at once.</summary>
    public TimeSpan? HedgingDelay { get; set; }

    /// <summary>The outcomes after which the next attempt begins at once; any other is the answer.</summary>
    public IList<StatusCode> NonFatalStatusCodes { get; } = [];
}
