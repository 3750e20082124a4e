using System.Net.Sockets;
using Engine.Grains.Journal;
using Npgsql;

namespace Engine.Storage.Postgres.Connections;

/// <summary>Who failed: the connection, so that trying again later helps, or the statement.</summary>
internal static class PostgresFailures
{
    /// <summary>
    /// True when the database could not be reached, went away or is not (yet) one that takes writes. What was under way
    /// then may have happened or not.
    /// </summary>
    public static bool IsUnavailable(Exception failure) => failure switch
    {
        // 57P01..57P05: shutting down, crashed, starting, dropped, idle; 08: connection; 53300: connections used up;
        // 25006: a standby. The rest is the statement's own fault.
        PostgresException e => e.SqlState is "57P01" or "57P02" or "57P03" or "57P05" or "53300" or "25006"
            || e.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    /// <summary>True when the server has undone the statement and it may be sent again.</summary>
    public static bool IsUndone(Exception failure) => failure is PostgresException { SqlState: "40001" or "40P01" };

    /// <summary>As callers know it. What Npgsql says names the server, never its password.</summary>
    public static JournalUnavailableException ToJournal(Exception failure) => new(
        IsUnavailable(failure) ? "PostgreSQL cannot be reached." : "PostgreSQL refused.", failure);
}
