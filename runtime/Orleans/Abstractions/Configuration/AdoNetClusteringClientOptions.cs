namespace Orleans.Configuration;

/// <summary>The database that holds the membership of the cluster, for a client.</summary>
public class AdoNetClusteringClientOptions
{
    /// <summary>How the database is reached. Holds secrets: never logged.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Which ADO.NET provider, by its invariant name. This runtime knows <c>Npgsql</c>.</summary>
    public string Invariant { get; set; } = null!;
}
