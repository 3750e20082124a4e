namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>The end of a process of the cluster.</summary>
/// <param name="Process">Its name.</param>
/// <param name="At">When, as a time stamp of the run's clock.</param>
/// <param name="ExitCode">128 and the signal's number for one that was killed.</param>
/// <param name="Ordered">The run killed it or told it to stop.</param>
/// <param name="Started">It had begun to listen.</param>
internal sealed record ProcessExit(string Process, long At, int ExitCode, bool Ordered, bool Started);
