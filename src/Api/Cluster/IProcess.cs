using Engine.V1;

namespace Engine.Api.Cluster;

/// <summary>The process that serves this API, as its host knows it.</summary>
public interface IProcess
{
    /// <summary><c>members/{member}</c>.</summary>
    string Name { get; }

    /// <summary>Which cluster it is a part of.</summary>
    string ClusterId { get; }

    /// <summary>How long calls may take to end once it was told to leave.</summary>
    TimeSpan DrainTimeout { get; }

    /// <summary>What it would report now.</summary>
    Member Describe();

    /// <summary>Begins to leave, as on SIGTERM. May be called again.</summary>
    void Drain();
}
