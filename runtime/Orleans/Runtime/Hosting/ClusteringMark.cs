namespace Orleans.Runtime.Hosting;

/// <summary>Says that clustering was configured.</summary>
internal sealed class ClusteringMark;
