namespace Engine.Api;

/// <summary>How much of the API a process serves.</summary>
public enum ApiSurface
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>What an operator needs of a silo: ClusterService, health, reflection.</summary>
    Operator,
}
