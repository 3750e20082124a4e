namespace Engine.Silo.Hosting;

/// <summary>What a start did with the first workspace's key file.</summary>
internal enum AdminKeyOutcome
{
    /// <summary>It is not there; its owner took it away.</summary>
    Absent,

    /// <summary>It was there.</summary>
    Kept,

    /// <summary>It was written now.</summary>
    Written,

    /// <summary>Another process of the cluster wrote its own.</summary>
    Elsewhere,
}
