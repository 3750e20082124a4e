namespace Orleans.Configuration;

/// <summary>What silos and clients have in common when they send calls.</summary>
public abstract class MessagingOptions
{
    /// <summary>How long a caller waits. <value>Default 30 s.</value></summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The same while a debugger is attached. <value>Default 30 min.</value></summary>
    public TimeSpan ResponseTimeoutWithDebugger { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Whether a call whose caller no longer waits is dropped unless it has started. <value>Default true.</value></summary>
    public bool DropExpiredMessages { get; set; } = true;

    /// <summary>Bytes of one message. <value>Default 100 MiB.</value></summary>
    public int MaxMessageBodySize { get; set; } = 100 * 1024 * 1024;

    /// <summary>Whether a timeout cancels the token of the call. <value>Default true.</value></summary>
    public bool CancelRequestOnTimeout { get; set; } = true;

    /// <summary>Whether a cancelled caller waits for the grain to end. <value>Default false.</value></summary>
    public bool WaitForCancellationAcknowledgement { get; set; }
}
