using System.Net;
using System.Net.Sockets;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Messaging;

namespace Orleans.Runtime.Connections;

/// <summary>A client's connection to one gateway, from the attempt to make it to its end.</summary>
internal sealed class GatewayLink(EndPoint endpoint, GatewayLinks owner)
{
    private static readonly TimeSpan FinishPoll = TimeSpan.FromMilliseconds(10);
    private CallConnection? _connection;
    private int _isFinishing;

    public EndPoint Endpoint => endpoint;

    /// <summary>The gateway's silo; null before it has said so.</summary>
    public SiloAddress? Silo { get; private set; }

    public CallConnection? Connection => _connection;

    public bool IsUsable => _connection is { CanSend: true };

    public bool IsEnded { get; private set; }

    /// <summary>Connects and waits for the gateway's welcome.</summary>
    /// <exception cref="ConnectionFailedException">The gateway cannot be reached or refuses.</exception>
    public async Task Open(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        var socket = endpoint is IPEndPoint ip
            ? new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        var welcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await socket.ConnectAsync(endpoint, limit.Token);
            _connection = owner.NewConnection(socket, (kind, reader) => OnOther(kind, reader, welcome));
            _connection.Write(FrameKind.Hello, owner.WriteHello);
            _ = Run(_connection, welcome);
            await welcome.Task.WaitAsync(limit.Token);
        }
        catch (Exception error)
        {
            IsEnded = true;
            _connection?.Dispose();
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw error as ConnectionFailedException
                ?? new ConnectionFailedException($"The gateway {endpoint} cannot be reached: {error.Message}", error);
        }
    }

    public void Close() => _connection?.Dispose();

    private void OnOther(FrameKind kind, CallReader reader, TaskCompletionSource welcome)
    {
        switch (kind)
        {
            case FrameKind.Welcome:
                var (silo, bindings) = Handshake.ReadWelcome(reader);
                Silo = silo;
                owner.Learn(bindings);
                welcome.TrySetResult();
                return;
            case FrameKind.Refusal:
                welcome.TrySetException(new ConnectionFailedException($"The gateway refused: {reader.ReadString()}"));
                return;
            case FrameKind.Members:
                owner.Learn(Handshake.ReadMembers(reader));
                return;
            case FrameKind.Goodbye:
                owner.Changed();
                if (Interlocked.Exchange(ref _isFinishing, 1) == 0)
                    _ = FinishWhenIdle(_connection!);
                return;
        }
    }

    /// <summary>The gateway leaves: what is under way on this connection ends here, everything else goes elsewhere.</summary>
    private static async Task FinishWhenIdle(CallConnection connection)
    {
        while (!connection.IsClosed && (connection.OutgoingCount > 0 || connection.IncomingCount > 0))
            await Task.Delay(FinishPoll, TimeProvider.System);
        connection.Finish();
    }

    private async Task Run(CallConnection connection, TaskCompletionSource welcome)
    {
        try
        {
            await connection.Run(call => new SiloUnavailableException(
                $"The connection to the gateway {endpoint} was lost before {call} was answered; its outcome is unknown."));
        }
        catch (Exception error)
        {
            owner.Failed(endpoint, error);
        }
        finally
        {
            IsEnded = true;
            welcome.TrySetException(new ConnectionFailedException("The gateway closed the connection during the handshake."));
            owner.Changed();
        }
    }
}
