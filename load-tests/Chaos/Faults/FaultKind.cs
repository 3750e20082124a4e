namespace Engine.LoadTests.Chaos.Faults;

/// <summary>What is done to the cluster.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL of a silo or, now and then, of a gateway.</summary>
    Kill,

    /// <summary>SIGSTOP of a silo for longer than its lease, then SIGCONT.</summary>
    Pause,

    /// <summary>A silo is cut off: from the database, from the other silos, or from both.</summary>
    Partition,

    /// <summary>PostgreSQL is stopped as a crash would, and started again.</summary>
    Database,

    /// <summary>All silos are told to stop and started anew, one after the other.</summary>
    Rolling,

    /// <summary>A silo more, or one less.</summary>
    Scale,
}
