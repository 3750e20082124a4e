namespace Engine.Runtime.Grpc.Tests.Fuzz;

/// <summary>What measures memory has the process to itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
