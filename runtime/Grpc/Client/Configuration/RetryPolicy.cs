using Grpc.Core;

namespace Grpc.Net.Client.Configuration;

/// <summary>When and how often a failed call is tried again. Only calls the server has not begun to answer are.</summary>
public sealed class RetryPolicy : ConfigObject
{
    /// <summary>The first attempt included; at least 2.</summary>
    public int? MaxAttempts
    {
        get => Get<int?>("maxAttempts");
        set => Set("maxAttempts", value);
    }

    /// <summary>The wait before the second attempt is random, up to this.</summary>
    public TimeSpan? InitialBackoff { get; set; }

    public TimeSpan? MaxBackoff { get; set; }

    /// <summary>By how much the wait grows with every attempt.</summary>
    public double? BackoffMultiplier
    {
        get => Get<double?>("backoffMultiplier");
        set => Set("backoffMultiplier", value);
    }

    /// <summary>The outcomes after which to try again; at least one.</summary>
    public IList<StatusCode> RetryableStatusCodes { get; } = [];
}
