using System.ComponentModel.DataAnnotations;
using System.Net;
using Engine.Api;
using Engine.Grains.Routing;
using Engine.Storage.Postgres;
using Engine.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace Engine.Silo.Configuration;

/// <summary>What an operator can set. Names, sources and help stand in <see cref="EngineSettings"/>.</summary>
public sealed class EngineOptions
{
    /// <summary>The folder of the store, the keys and engine.json.</summary>
    /// <value>Default: <c>engine-data</c> in the working directory.</value>
    [Required(AllowEmptyStrings = false)]
    public string DataDirectory { get; set; } = "engine-data";

    /// <summary>Where the gRPC API listens.</summary>
    /// <value>Default: port 5050 of the loopback address. Port 0 takes a free one.</value>
    public IPEndPoint Listen { get; set; } = new(IPAddress.Loopback, 5050);

    /// <summary>What this process is for.</summary>
    /// <value>Default: All.</value>
    public EngineRole Role { get; set; } = EngineRole.All;

    /// <summary>The database of a cluster, as an Npgsql connection string. Empty: SQLite files in <see cref="DataDirectory"/>.</summary>
    /// <remarks>Holds a password: never written anywhere.</remarks>
    public string Postgres
    {
        get => PostgresStorage.ConnectionString;
        set => PostgresStorage.ConnectionString = value;
    }

    /// <summary>Whether a start brings the database's schema up to date, or only checks that somebody has.</summary>
    /// <value>Default: true.</value>
    public bool MigrateAtStart
    {
        get => PostgresStorage.MigrateAtStart;
        set => PostgresStorage.MigrateAtStart = value;
    }

    /// <summary>How long a start waits for a database that is away; then the process ends.</summary>
    /// <value>Default: 300 s. 0 (not at all) to 86,400 s.</value>
    /// <remarks>A wrong password or a database that does not exist ends it at once.</remarks>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan DatabaseWait { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>Processes with the same value and the same database form one cluster.</summary>
    /// <value>Default: engine. 1 to 64 letters, digits, '-' and '_'.</value>
    [RegularExpression("[A-Za-z0-9_-]{1,64}")]
    public string ClusterId { get; set; } = "engine";

    /// <summary>Where other silos reach this one.</summary>
    /// <value>Default: a free port of the loopback address.</value>
    public IPEndPoint SiloListen { get; set; } = new(IPAddress.Loopback, 0);

    /// <summary>Where gateways reach this silo.</summary>
    /// <value>Default: a free port of the loopback address.</value>
    public IPEndPoint GatewayListen { get; set; } = new(IPAddress.Loopback, 0);

    /// <summary>The address, or the name of this machine, at which others reach this silo. Empty: that of <see cref="SiloListen"/>.</summary>
    public string Advertise { get; set; } = "";

    /// <summary>How long a silo of a cluster may be silent before the others take it for dead. Null: as the runtime has it.</summary>
    /// <value>Default: null; 4 s in the builtin runtime. 2 to 120 s.</value>
    [Range(typeof(TimeSpan), "00:00:02", "00:02:00")]
    public TimeSpan? DeadAfter { get; set; }

    /// <summary>Where health is told over HTTP/1.1. Null: over gRPC only.</summary>
    public IPEndPoint? HealthListen { get; set; }

    /// <summary>Where metrics, traces and logs are sent, OTLP over gRPC or, on a URL with a path, over HTTP. Null: nowhere.</summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>The share of calls that are traced.</summary>
    /// <value>Default: 1, all. 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 1;

    /// <summary>The operator's key of ClusterService. Empty: derived from the master key.</summary>
    public string OperatorKey { get; set; } = "";

    /// <summary>File of the TLS certificate, PEM, with the chain. Empty: cleartext HTTP/2.</summary>
    public string TlsCertificateFile { get; set; } = "";

    /// <summary>File of the certificate's private key, PEM.</summary>
    public string TlsKeyFile { get; set; } = "";

    /// <summary>File of the master key. Empty: <c>master.key</c> in <see cref="DataDirectory"/>.</summary>
    public string MasterKeyFile { get; set; } = "";

    /// <summary>The master key itself, 32 bytes in base64. Empty: from the file.</summary>
    public string MasterKey { get; set; } = "";

    /// <summary>How much faster than real time the engine's clock runs.</summary>
    /// <value>Default: 1. 0.1 to 10,000.</value>
    [Range(0.1, 10_000)]
    public double ClockSpeed { get; set; } = 1;

    /// <summary>What the engine's clock shows at the start, when it does not run at real speed. Not a setting.</summary>
    /// <value>Default: the real time.</value>
    public DateTimeOffset? ClockStart { get; set; }

    /// <summary>How long calls and streams may take to end when the engine stops.</summary>
    /// <value>Default: 30 s. 1 to 600 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The least severe log entries that are written.</summary>
    /// <value>Default: Information.</value>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>How log entries are written.</summary>
    /// <value>Default: Simple.</value>
    public LogFormat LogFormat { get; set; } = LogFormat.Simple;

    /// <summary>Writes the first workspace's admin key to its file again.</summary>
    public bool WriteAdminKey { get; set; }

    /// <summary>Whether the store is PostgreSQL.</summary>
    public bool IsCluster => Postgres.Length > 0;

    /// <summary>Limits of the API.</summary>
    public ApiOptions Api { get; } = new();

    /// <summary>How queues look after themselves.</summary>
    public RoutingOptions Routing { get; } = new();

    /// <summary>Limits of the embedded store. Its directory is <see cref="DataDirectory"/>.</summary>
    public SqliteStorageOptions Storage { get; } = new();

    /// <summary>Limits of the store of a cluster.</summary>
    public PostgresStorageOptions PostgresStorage { get; } = new();
}
