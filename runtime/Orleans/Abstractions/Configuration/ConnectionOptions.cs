namespace Orleans.Configuration;

/// <summary>Connections between silos and clients.</summary>
public class ConnectionOptions
{
    public static readonly TimeSpan DEFAULT_OPENCONNECTION_TIMEOUT = TimeSpan.FromSeconds(5);

    /// <summary>How long opening a connection may take. <value>Default 5 s.</value></summary>
    public TimeSpan OpenConnectionTimeout { get; set; } = DEFAULT_OPENCONNECTION_TIMEOUT;

    /// <summary>The pause before the next attempt. <value>Default 1 s.</value></summary>
    public TimeSpan ConnectionRetryDelay { get; set; } = TimeSpan.FromSeconds(1);
}
