using System.Net.Sockets;
using Engine.Silo.Configuration;
using Engine.Storage;
using Microsoft.AspNetCore.Connections;
using Npgsql;

namespace Engine.Silo.Hosting;

/// <summary>Turns what goes wrong at a start into words for the operator.</summary>
internal static class StartFaults
{
    /// <summary>What to say, or null when it is a fault of the program's own.</summary>
    public static string? Explain(Exception fault, EngineOptions options) =>
        Chain(fault).Select(part => ExplainOne(part, options)).FirstOrDefault(text => text is not null);

    private static string? ExplainOne(Exception fault, EngineOptions options) => fault switch
    {
        StartException or DataDirectoryInUseException or StorageSchemaException => fault.Message,
        AddressInUseException => InUse(options),
        NpgsqlException when options.IsCluster => Database(fault, options),
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => InUse(options),
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"This user may not listen on {options.Listen}; choose a port above 1023 with --listen.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"{options.Listen.Address} is not an address of this machine; choose another with --listen.",
        UnauthorizedAccessException => fault.Message,
        _ => null,
    };

    // The server's own words name neither password nor connection string; host and port stand in our settings anyway.
    private static string Database(Exception fault, EngineOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.Postgres);
        var database = $"{connection.Database} on {connection.Host}:{connection.Port}";
        return fault is PostgresException refusal
            ? $"The database {database} refuses: {refusal.MessageText} ({refusal.SqlState}). Check --postgres."
            : $"The database {database} cannot be reached. Check that it runs, and --postgres.";
    }

    private static string InUse(EngineOptions options) =>
        $"Another program listens on {options.Listen} already; choose another port with --listen, or 0 for a free one.";

    private static IEnumerable<Exception> Chain(Exception fault)
    {
        for (var part = fault; part is not null; part = part.InnerException)
        {
            yield return part;
            if (part is AggregateException many)
            {
                foreach (var inner in many.InnerExceptions.SelectMany(Chain))
                    yield return inner;
            }
        }
    }
}
