using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Orleans.Runtime.Connections;

/// <summary>
/// Asks at a silo's port whether anybody listens there. Only a refusal is an answer: silence, a broken network and an
/// accepted connection say nothing about the silo's life that its renewals do not say better.
/// </summary>
internal sealed class PortProbe(TimeProvider clock, Action<SiloAddress> refused)
{
    /// <summary>A kernel refuses at once; whoever takes longer is not there to refuse.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<SiloAddress, byte> _asked = new();

    /// <summary>Whether this is a kernel's word that nobody listens at the port of a connection that was to be made.</summary>
    public static bool IsRefusal(Exception error) => error is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    /// <summary>Does not wait for the answer. A silo is asked once at a time.</summary>
    public void Ask(SiloAddress silo)
    {
        if (_asked.TryAdd(silo, 0))
            _ = AskOnce(silo);
    }

    private async Task AskOnce(SiloAddress silo)
    {
        await Task.Yield();
        try
        {
            using var limit = new CancellationTokenSource(Limit, clock);
            using var socket = new Socket(silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(silo.Endpoint, limit.Token);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            if (IsRefusal(error))
                refused(silo);
        }
        finally
        {
            _asked.TryRemove(silo, out _);
        }
    }
}
