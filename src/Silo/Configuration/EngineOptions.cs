using System.ComponentModel.DataAnnotations;
using System.Net;
using Engine.Api;
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

    /// <summary>Limits of the API.</summary>
    public ApiOptions Api { get; } = new();

    /// <summary>Limits of the store. Its directory is <see cref="DataDirectory"/>.</summary>
    public SqliteStorageOptions Storage { get; } = new();
}
