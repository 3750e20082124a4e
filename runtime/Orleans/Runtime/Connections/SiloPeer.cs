using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Connections;

/// <summary>
/// The way to one other silo: a connection that is made with the first call and again after it was lost. Calls wait while it
/// is being made; when that fails they were never sent and are refused, and for a while others are refused at once, since
/// waiting for a silo that is away would only use up the callers' time - unless its port refuses: then its process is gone, another
/// silo will have its grains within a moment, and its calls wait for that. Calls under way when a connection breaks have an
/// unknown outcome and fail. A silo that has left the view is never connected to again.
/// </summary>
internal sealed class SiloPeer(SiloAddress silo, SiloConnections owner)
{
    private const int WaitingMax = 20_000;
    private readonly Lock _gate = new();
    private List<(GrainCall Call, long Version)> _waiting = [];
    private volatile CallConnection? _connection;
    private bool _isConnecting;
    private bool _isGone;
    private bool _isRefused;
    private int _failures;
    private long _retryAtMs = long.MinValue;

    public SiloAddress Silo => silo;

    public CallConnection? Connection => _connection;

    public void Send(GrainCall call, long version)
    {
        if (_connection is { } open && open.TrySend(call, version))
            return;
        SendLater(call, version);
    }

    /// <summary>Ends the way: the silo is no longer a member.</summary>
    /// <param name="reason">What its calls fail with.</param>
    public void Leave(Func<GrainCall, Exception> reason)
    {
        CallConnection? connection;
        lock (_gate)
        {
            _isGone = true;
            connection = _connection;
        }

        FailWaiting(null);
        connection?.Fail(reason);
        connection?.Dispose();
    }

    /// <summary>No new connection from now on; the one there is goes on.</summary>
    public void StopConnecting()
    {
        lock (_gate)
            _isGone = true;
        FailWaiting(null);
    }

    /// <summary>Asks for a sign of life and ends a connection that gives none while calls wait for it.</summary>
    public void Check(long nowMs, long silenceMaxMs)
    {
        if (_connection is not { IsClosed: false } connection)
            return;
        if (connection.OutgoingCount > 0 && nowMs - connection.LastHeardMs > silenceMaxMs)
            connection.Dispose();
        else
            connection.Ping();
    }

    private void SendLater(GrainCall call, long version)
    {
        var isLeaving = false;
        var isNextViewNear = false;
        var isFull = false;
        lock (_gate)
        {
            if (_connection is { IsClosed: false, IsLeaving: true } && !_isGone)
            {
                isLeaving = isNextViewNear = true;
            }
            else if (!_isGone && (_isConnecting || Environment.TickCount64 >= _retryAtMs))
            {
                isFull = _waiting.Count >= WaitingMax;
                if (!isFull)
                {
                    _waiting.Add((call, version));
                    if (!_isConnecting)
                    {
                        _isConnecting = true;
                        _ = Connect();
                    }

                    return;
                }
            }
            else
            {
                isNextViewNear = !_isGone && _isRefused;
            }
        }

        // It says that it leaves, or its process is gone, and the next view will say who takes over.
        if (isLeaving)
            owner.ExpectNextView();
        if (isNextViewNear)
            owner.AwaitNextView(call, silo);
        else if (isFull)
            call.TryFail(new OrleansMessageRejectionException($"{WaitingMax} calls wait for a connection to {silo} already; this one was not sent."));
        else
            owner.Undelivered(call, silo, null);
    }

    private async Task Connect()
    {
        await Task.Yield();
        CallConnection connection;
        try
        {
            connection = await owner.Open(this);
        }
        catch (Exception error)
        {
            lock (_gate)
            {
                _isConnecting = false;
                _isRefused = PortProbe.IsRefusal(error);
                _retryAtMs = Environment.TickCount64 + owner.RetryDelayMs(_failures++);
            }

            owner.ConnectFailed(silo, error);
            FailWaiting(error);
            return;
        }

        List<(GrainCall Call, long Version)> waiting;
        lock (_gate)
        {
            _isConnecting = false;
            _isRefused = false;
            _failures = 0;
            _connection = connection;
            waiting = _waiting;
            _waiting = [];
        }

        if (_isGone)
            connection.Dispose();
        _ = Watch(connection);
        foreach (var (call, version) in waiting.Where(static entry => !entry.Call.IsSettled))
            Send(call, version);
    }

    private async Task Watch(CallConnection connection)
    {
        await owner.Run(connection, silo);
        lock (_gate)
        {
            if (ReferenceEquals(_connection, connection))
                _connection = null;
        }
    }

    private void FailWaiting(Exception? error)
    {
        List<(GrainCall Call, long Version)> waiting;
        lock (_gate)
        {
            waiting = _waiting;
            _waiting = [];
        }

        foreach (var (call, _) in waiting)
        {
            if (error is not null && PortProbe.IsRefusal(error) && !_isGone)
                owner.AwaitNextView(call, silo);
            else
                owner.Undelivered(call, silo, error);
        }
    }
}
