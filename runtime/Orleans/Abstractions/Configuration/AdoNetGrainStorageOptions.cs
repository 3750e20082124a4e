using Orleans.Storage;

namespace Orleans.Configuration;

/// <summary>Grain storage in a relational database.</summary>
public class AdoNetGrainStorageOptions : IStorageProviderSerializerOptions
{
    public const int DEFAULT_INIT_STAGE = ServiceLifecycleStage.ApplicationServices;
    public const string DEFAULT_ADONET_INVARIANT = "Microsoft.Data.SqlClient";

    /// <summary>How the database is reached. Holds secrets: never logged.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The stage of the silo in which the queries are read from the database.</summary>
    public int InitStage { get; set; } = DEFAULT_INIT_STAGE;

    /// <summary>Which ADO.NET provider, by its invariant name. This runtime knows <c>Npgsql</c>.</summary>
    public string Invariant { get; set; } = DEFAULT_ADONET_INVARIANT;

    /// <summary>Writes and reads the states. Unless set, that registered with the storage's name, else an unkeyed one.</summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;
}
