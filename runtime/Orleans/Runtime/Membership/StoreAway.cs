using System.Data.Common;
using System.Net.Sockets;

namespace Orleans.Runtime.Membership;

/// <summary>Tells a store that is away for a while from one that never worked, in words that hold no secret.</summary>
internal static class StoreAway
{
    /// <summary>Whether trying again may help.</summary>
    public static bool IsCause(Exception error) =>
        error is TimeoutException or IOException or SocketException or DbException { IsTransient: true }
        || (error.InnerException is { } inner && IsCause(inner));

    /// <summary>
    /// Types and states instead of messages: a driver's message may quote the connection string or an address.
    /// </summary>
    public static string Describe(Exception error)
    {
        var text = error switch
        {
            DbException { SqlState: { Length: > 0 } state } => $"{error.GetType().Name} {state}",
            SocketException socket => $"{nameof(SocketException)} {socket.SocketErrorCode}",
            _ => error.GetType().Name,
        };
        return error.InnerException is { } inner ? $"{text} <- {Describe(inner)}" : text;
    }
}
