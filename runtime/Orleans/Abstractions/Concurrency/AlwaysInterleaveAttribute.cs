namespace Orleans.Concurrency;

/// <summary>A call of this method never waits for another call of the same activation.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;
