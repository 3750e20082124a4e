using System.Net.Sockets;
using Npgsql;

namespace Engine.Silo.Hosting;

/// <summary>Tells a database that is not there yet from one that will never let this process in: waiting helps only with the first.</summary>
internal static class DatabaseFault
{
    /// <summary>Why it is worth trying again, for people and without secrets; null when it is not.</summary>
    public static string? ReasonToWait(Exception fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } => "it is starting up or going down",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => "all its connections are taken",
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } => "it is going down",
        PostgresException => null,
        SocketException socket => Describe(socket.SocketErrorCode),
        TimeoutException => "it does not answer",
        IOException => "the connection broke",
        _ => fault.InnerException is { } inner ? ReasonToWait(inner) : null,
    };

    private static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "nothing listens there",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its name is not known here",
        SocketError.TimedOut => "it does not answer",
        _ => $"the network says {error}",
    };
}
