namespace Engine.Silo.Readiness;

/// <summary>Something without which this process cannot serve.</summary>
internal interface IReadinessProbe
{
    /// <summary>What is missing when it fails, for the operator: "the database".</summary>
    string Subject { get; }

    /// <summary>Returns when it is there.</summary>
    /// <exception cref="Exception">It is not.</exception>
    Task CheckAsync(CancellationToken cancellationToken);
}
