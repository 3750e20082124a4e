using System.Net;
using Npgsql;

namespace Engine.Silo.Configuration;

/// <summary>What must hold between the settings of a cluster. No fault repeats a value: the connection string holds a password.</summary>
internal static class ClusterRules
{
    private const int OperatorKeyLengthMin = 32;
    private const int OperatorKeyLengthMax = 256;

    public static void Check(EngineOptions options, Func<string, string> origin, List<string> faults)
    {
        if (!options.IsCluster && options.Role != EngineRole.All)
        {
            faults.Add($"{origin(nameof(options.Role))} {options.Role.ToString().ToLowerInvariant()} needs --postgres: "
                + "with SQLite files one process is silo and API");
        }

        if (options.IsCluster)
            CheckConnection(options, origin, faults);
        if (options.IsCluster && options.Role != EngineRole.Gateway && options.Advertise.Length == 0)
        {
            faults.AddRange(
                from listen in new[] { (options.SiloListen, nameof(options.SiloListen)), (options.GatewayListen, nameof(options.GatewayListen)) }
                where listen.Item1.Address.Equals(IPAddress.Any) || listen.Item1.Address.Equals(IPAddress.IPv6Any)
                select $"{origin(listen.Item2)} is every address of this machine; say with --advertise at which one others reach it");
        }

        if (options.OperatorKey.Length > 0
            && (options.OperatorKey.Length is < OperatorKeyLengthMin or > OperatorKeyLengthMax
                || options.OperatorKey.Any(letter => letter is <= ' ' or > '~')))
        {
            faults.Add($"{origin(nameof(options.OperatorKey))} must be {OperatorKeyLengthMin} to {OperatorKeyLengthMax} ASCII characters without spaces");
        }
    }

    private static void CheckConnection(EngineOptions options, Func<string, string> origin, List<string> faults)
    {
        NpgsqlConnectionStringBuilder connection;
        try
        {
            connection = new NpgsqlConnectionStringBuilder(options.Postgres);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or KeyNotFoundException)
        {
            // What it says of the text may be the password.
            faults.Add($"{origin(nameof(options.Postgres))} is not an Npgsql connection string, "
                + "such as Host=db;Database=engine;Username=engine;Password=...");
            return;
        }

        if (string.IsNullOrEmpty(connection.Host))
            faults.Add($"{origin(nameof(options.Postgres))} names no Host");
        if (string.IsNullOrEmpty(connection.Database))
            faults.Add($"{origin(nameof(options.Postgres))} names no Database");
    }
}
