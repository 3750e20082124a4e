namespace Orleans.Concurrency;

/// <summary>Calls of methods so marked interleave with each other, and wait for any other call.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;
