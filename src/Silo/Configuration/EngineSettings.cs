using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Engine.Silo.Configuration;

/// <summary>Everything that can be set: names, help and parsing in one table, so that none of them is forgotten.</summary>
internal static class EngineSettings
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("data-dir", "DIR", "Folder of the store and the keys. Default: engine-data.",
            nameof(EngineOptions.DataDirectory), SettingSources.Environment | SettingSources.Arguments,
            (options, text) => Set(() => options.DataDirectory = text)),
        new("listen", "[ADDRESS:]PORT", "Where the gRPC API listens. Port 0: a free one. Default: 127.0.0.1:5050.",
            nameof(EngineOptions.Listen), SettingSources.All,
            (options, text) => ApplyEndpoint(text, endpoint => options.Listen = endpoint)),
        new("role", "ROLE", "all, silo or gateway (the API alone). Default: all.",
            nameof(EngineOptions.Role), SettingSources.All,
            (options, text) => ApplyEnum<EngineRole>(text, value => options.Role = value)),
        new("postgres", "CONNECTION", "The cluster's database, an Npgsql connection string. Default: SQLite files, one process.",
            nameof(EngineOptions.Postgres), SettingSources.All, (options, text) => Set(() => options.Postgres = text)),
        new("database-wait", "SECONDS", "How long a start waits for a database that is away. Default: 300.",
            nameof(EngineOptions.DatabaseWait), SettingSources.All, (options, text) => ApplySeconds(text, value => options.DatabaseWait = value)),
        new("migrate-at-start", "BOOL", "Whether a start brings the schema up to date. false: engine migrate does. Default: true.",
            nameof(EngineOptions.MigrateAtStart), SettingSources.All, ApplyMigrateAtStart),
        new("cluster-id", "NAME", "The cluster, when several share a database server. Default: engine.",
            nameof(EngineOptions.ClusterId), SettingSources.All, (options, text) => Set(() => options.ClusterId = text)),
        new("silo-listen", "[ADDRESS:]PORT", "Where other silos reach this one. Default: a free port of 127.0.0.1.",
            nameof(EngineOptions.SiloListen), SettingSources.All,
            (options, text) => ApplyEndpoint(text, endpoint => options.SiloListen = endpoint)),
        new("gateway-listen", "[ADDRESS:]PORT", "Where gateways reach this silo. Default: a free port of 127.0.0.1.",
            nameof(EngineOptions.GatewayListen), SettingSources.All,
            (options, text) => ApplyEndpoint(text, endpoint => options.GatewayListen = endpoint)),
        new("advertise", "ADDRESS", "Address or name others reach this silo at. Default: that of silo-listen.",
            nameof(EngineOptions.Advertise), SettingSources.All, (options, text) => Set(() => options.Advertise = text)),
        new("dead-after", "SECONDS", "How long a silo may be silent before others take it for dead. Default: 4, in the builtin runtime.",
            nameof(EngineOptions.DeadAfter), SettingSources.All,
            (options, text) => ApplySeconds(text, time => options.DeadAfter = time)),
        new("health-listen", "[ADDRESS:]PORT", "Health for probes over HTTP/1.1: /healthz, /readyz. Default: gRPC health only.",
            nameof(EngineOptions.HealthListen), SettingSources.All,
            (options, text) => ApplyEndpoint(text, endpoint => options.HealthListen = endpoint)),
        new("otlp-endpoint", "URL", "Where metrics, traces and logs go by OTLP (gRPC; with a path, HTTP). Default: nowhere.",
            nameof(EngineOptions.OtlpEndpoint), SettingSources.All, ApplyOtlpEndpoint),
        new("trace-ratio", "N", "Share of calls that are traced, 0 to 1. Default: 1.",
            nameof(EngineOptions.TraceRatio), SettingSources.All,
            (options, text) => ApplyNumber(text, number => options.TraceRatio = number)),
        new("tls-certificate-file", "FILE", "TLS certificate with its chain, PEM. Without it: cleartext HTTP/2.",
            nameof(EngineOptions.TlsCertificateFile), SettingSources.All,
            (options, text) => Set(() => options.TlsCertificateFile = text)),
        new("tls-key-file", "FILE", "The certificate's private key, PEM.",
            nameof(EngineOptions.TlsKeyFile), SettingSources.All, (options, text) => Set(() => options.TlsKeyFile = text)),
        new("master-key-file", "FILE", "The master key. Default: master.key in the data directory.",
            nameof(EngineOptions.MasterKeyFile), SettingSources.All, (options, text) => Set(() => options.MasterKeyFile = text)),
        new("master-key", "BASE64", "The master key itself, 32 bytes, in place of a file.",
            nameof(EngineOptions.MasterKey), SettingSources.Environment, (options, text) => Set(() => options.MasterKey = text)),
        new("operator-key", "TEXT", "The operator's key, in place of the one that the master key gives.",
            nameof(EngineOptions.OperatorKey), SettingSources.Environment, (options, text) => Set(() => options.OperatorKey = text)),
        new("clock-speed", "N", "Engine time runs N times as fast, for rehearsals. Default: 1.",
            nameof(EngineOptions.ClockSpeed), SettingSources.All,
            (options, text) => ApplyNumber(text, number => options.ClockSpeed = number)),
        new("drain-timeout", "SECONDS", "How long calls may take to end when the engine stops. Default: 30.",
            nameof(EngineOptions.DrainTimeout), SettingSources.All, (options, text) => ApplySeconds(text, value => options.DrainTimeout = value)),
        new("log-level", "LEVEL", "trace, debug, information, warning, error, critical or none. Default: information.",
            nameof(EngineOptions.LogLevel), SettingSources.All,
            (options, text) => ApplyEnum<LogLevel>(text, value => options.LogLevel = value)),
        new("log-format", "FORMAT", "simple or json. Default: simple.",
            nameof(EngineOptions.LogFormat), SettingSources.All,
            (options, text) => ApplyEnum<LogFormat>(text, value => options.LogFormat = value)),
        new("write-admin-key", "", "Write the first workspace's admin key to its file again.",
            nameof(EngineOptions.WriteAdminKey), SettingSources.Arguments,
            (options, _) => Set(() => options.WriteAdminKey = true)),
        .. Limits(nameof(EngineOptions.Api), options => options.Api),
        .. Limits(nameof(EngineOptions.Routing), options => options.Routing),
        .. Limits(nameof(EngineOptions.Storage), options => options.Storage),
        .. Limits(PostgresPart, options => options.PostgresStorage),
    ];

    /// <summary>The names of the cluster's limits begin with it.</summary>
    public const string PostgresPart = "Postgres";

    /// <summary>Whether it is a limit of a part, named after it, of which there are many and which few will need.</summary>
    public static bool IsLimit(Setting setting) => setting.Property.Contains('.', StringComparison.Ordinal);

    // What a part can be told is told by its own options, numbers all of them: written once, there.
    private static IEnumerable<Setting> Limits<TOptions>(string part, Func<EngineOptions, TOptions> read)
        where TOptions : notnull =>
        from property in typeof(TOptions).GetProperties()
        where property.PropertyType == typeof(int) || property.PropertyType == typeof(long)
        let range = property.GetCustomAttribute<RangeAttribute>()
        select new Setting(
            KebabCase($"{part}{property.Name}".Replace("KiB", "Kib", StringComparison.Ordinal)), "N", range is null ? "" : $"{range.Minimum} to {range.Maximum}.",
            $"{part}.{property.Name}", SettingSources.All,
            (options, text) =>
            {
                if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    || (property.PropertyType == typeof(int) && number > int.MaxValue))
                    return "must be a whole number";
                property.SetValue(read(options), property.PropertyType == typeof(int) ? (object)(int)number : number);
                return null;
            });

    private static string KebabCase(string name) => string.Concat(
        name.Select((letter, index) => index > 0 && char.IsUpper(letter) && char.IsLower(name[index - 1])
            ? $"-{char.ToLowerInvariant(letter)}"
            : $"{char.ToLowerInvariant(letter)}"));

    private static string? Set(Action set)
    {
        set();
        return null;
    }

    private static string? ApplyEndpoint(string text, Action<IPEndPoint> set)
    {
        var endpoint = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port <= IPEndPoint.MaxPort ? new IPEndPoint(IPAddress.Loopback, port) : null
            : text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var parsed) && HasPort(text)
                ? parsed
                : null;
        if (endpoint is null)
            return "must be a port, or an IP address and a port, such as 5050, 0.0.0.0:5050 or [::1]:5050";
        set(endpoint);
        return null;
    }

    // IPEndPoint.TryParse takes "::1" for an address without port, and 0 for the port it does not find.
    private static bool HasPort(string text) =>
        text.StartsWith('[') ? text.Contains("]:", StringComparison.Ordinal) : text.IndexOf(':') == text.LastIndexOf(':');

    private static string? ApplyNumber(string text, Action<double> set)
    {
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return "must be a number";
        set(number);
        return null;
    }

    private static string? ApplyMigrateAtStart(EngineOptions options, string text)
    {
        if (!bool.TryParse(text, out var migrate))
            return "must be true or false";
        options.MigrateAtStart = migrate;
        return null;
    }

    private static string? ApplyOtlpEndpoint(EngineOptions options, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            return "must be a URL such as http://127.0.0.1:4317";
        options.OtlpEndpoint = endpoint;
        return null;
    }

    private static string? ApplySeconds(string text, Action<TimeSpan> set)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return "must be a whole number of seconds";
        set(TimeSpan.FromSeconds(seconds));
        return null;
    }

    private static string? ApplyEnum<TEnum>(string text, Action<TEnum> set)
        where TEnum : struct, Enum
    {
        // Enum.TryParse also takes numbers, and lists of names.
        if (!Enum.GetNames<TEnum>().Contains(text, StringComparer.OrdinalIgnoreCase))
            return $"must be one of {string.Join(", ", Enum.GetNames<TEnum>().Select(name => name.ToLowerInvariant()))}";
        set(Enum.Parse<TEnum>(text, ignoreCase: true));
        return null;
    }
}
