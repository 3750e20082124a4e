namespace Orleans.Configuration;

/// <summary>How a silo sends calls.</summary>
public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>Calls that may wait for one activation; more are refused with
    /// <see cref="Runtime.LimitExceededException"/>. <value>Default 0: no limit.</value></summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; }

    /// <summary>A call that runs longer is reported. <value>Default 2 h.</value></summary>
    public TimeSpan MaxRequestProcessingTime { get; set; } = TimeSpan.FromHours(2);
}
