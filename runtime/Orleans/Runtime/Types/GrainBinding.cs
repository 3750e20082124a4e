namespace Orleans.Runtime.Types;

/// <summary>A grain type, the full name of its class, and the names of the interfaces it implements.</summary>
internal sealed record GrainBinding(GrainType GrainType, string ClassName, HashSet<string> Interfaces);
