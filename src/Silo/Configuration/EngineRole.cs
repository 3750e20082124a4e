namespace Engine.Silo.Configuration;

/// <summary>What a process of the engine is for.</summary>
public enum EngineRole
{
    /// <summary>Silo and API in one.</summary>
    All,

    /// <summary>A silo of a cluster. Serves health and ClusterService, not the rest of the API.</summary>
    Silo,

    /// <summary>The API alone, in front of the silos.</summary>
    Gateway,
}
