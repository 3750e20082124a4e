namespace Orleans.Configuration;

/// <summary>Which cluster, and which service across its deployments.</summary>
public class ClusterOptions
{
    public const string DefaultClusterId = "default";
    public const string DefaultServiceId = "default";

    /// <summary>Silos with the same value form one cluster.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>Names the service in storage; stays the same when the cluster is replaced.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}
