using System.Net.Sockets;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Types;
using Orleans.Serialization;

namespace Orleans.Runtime.Connections;

/// <summary>
/// A connection over which both sides call each other: a client calls grains, a silo calls objects of clients, silos call
/// each other's grains. Calls that go out wait here for their answer; calls that come in are handed to <c>receive</c> and
/// answered when they end. Methods are named once and numbered from then on. What one side may make the other keep is
/// bounded: frames that wait to be sent, and calls that wait to be answered; beyond that calls are refused, not queued.
/// </summary>
internal sealed class CallConnection : ICallSink, ICallHost, IDisposable
{
    private const int MethodsMax = 50_000;
    private readonly FrameSocket _frames;
    private readonly CodecRegistry _codecs;
    private readonly GrainTypeRegistry _types;
    private readonly Action<GrainCall> _receive;
    private readonly CallTable _outgoing = new();
    private readonly CallTable _incoming = new();
    private readonly Dictionary<CallMethod, int> _sentMethods = [];
    private readonly Lock _naming = new();
    private readonly List<Func<GrainCall>> _methods = [];
    private volatile Dictionary<CallMethod, int> _knownMethods = [];
    private long _sentVersion;
    private long _peerVersion;
    private long _lastId;

    public CallConnection(
        Socket socket, CodecRegistry codecs, GrainTypeRegistry types, int frameBytesMax, Action<GrainCall> receive)
    {
        _frames = new FrameSocket(socket, codecs, frameBytesMax);
        _codecs = codecs;
        _types = types;
        _receive = receive;
    }

    /// <summary>Takes frames of the handshake, and what else is not about calls.</summary>
    public Action<FrameKind, CallReader>? OnOther { get; init; }

    /// <summary>Takes back a call whose grain belongs to another silo, as of a view's version.</summary>
    public Action<GrainCall, SiloAddress, long>? OnMoved { get; init; }

    /// <summary>Whether the other side is a silo, which can send a call elsewhere by itself.</summary>
    public bool IsFromSilo { get; init; }

    /// <summary>Calls of the other side that may be under way; more are refused.</summary>
    public int IncomingMax { get; init; } = 100_000;

    /// <summary>Bytes of calls of the other side that may be under way.</summary>
    public long IncomingBytesMax { get; init; } = 256 * 1024 * 1024;

    public bool IsClosed => _frames.IsClosed;

    /// <summary>Whether the other side asked for no new calls.</summary>
    public bool IsLeaving { get; private set; }

    public bool CanSend => !IsLeaving && !_frames.IsClosed;

    /// <summary>Calls that came in and are not answered yet.</summary>
    public int IncomingCount => _incoming.Count;

    /// <summary>Calls that went out and are not answered yet.</summary>
    public int OutgoingCount => _outgoing.Count;

    /// <summary>The newest view that the other side is known to have heard of.</summary>
    public long PeerVersion => Volatile.Read(ref _peerVersion);

    /// <summary>When anything came in last, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long LastHeardMs => _frames.LastHeardMs;

    CodecRegistry ICallHost.Codecs => _codecs;

    public void Write(FrameKind kind, Action<CallWriter> write) =>
        _frames.TryWrite(kind, write, static (writer, run) => run(writer));

    /// <summary>Sends a call; false when the connection takes none any more and nothing was sent.</summary>
    /// <param name="call">The call.</param>
    /// <param name="version">The view by which it was routed.</param>
    public bool TrySend(GrainCall call, long version = 0)
    {
        if (!CanSend)
            return false;
        var id = Interlocked.Increment(ref _lastId);
        if (call.Sink is { } sink)
        {
            if (call.IsOneWay)
                sink.Succeeded(call);
            call.Sink = call.IsOneWay ? null : new RelaySink(sink, call.CorrelationId);
        }

        call.CorrelationId = id;
        call.Host = this;
        if (!call.IsOneWay && !_outgoing.TryAdd(id, call))
            return NotSent(call);
        try
        {
            if (version > Volatile.Read(ref _sentVersion))
                SendVersion(version);
            if (_frames.TryWrite(FrameKind.Call, (call, MethodOf(call)), static (writer, sent) =>
            {
                writer.WriteInt64(sent.call.CorrelationId);
                CallFormat.Write(writer, sent.call, sent.Item2);
            }))
            {
                return true;
            }
        }
        catch (Exception error)
        {
            if (call.IsOneWay || _outgoing.Remove(id, out _))
                call.TryFail(error);
            return true;
        }

        // Who closed the connection may have failed it already.
        return !call.IsOneWay && !_outgoing.Remove(id, out _) || NotSent(call);
    }

    public void Cancel(GrainCall call)
    {
        if (_outgoing.Remove(call.CorrelationId, out _))
            _frames.TryWrite(FrameKind.Cancel, call.CorrelationId, static (writer, id) => writer.WriteInt64(id));
    }

    /// <summary>Sends back a call that has not run.</summary>
    public void Move(GrainCall call, SiloAddress silo, long version)
    {
        if (!_incoming.Remove(call.CorrelationId, out _))
            return;
        _frames.TryWrite(FrameKind.Moved, (call.CorrelationId, silo, version), static (writer, moved) =>
        {
            writer.WriteInt64(moved.CorrelationId);
            writer.WriteInt64(moved.version);
            writer.WriteString(moved.silo.ToParsableString());
        });
    }

    /// <summary>Tells the other side of a view once.</summary>
    public void SendVersion(long version)
    {
        lock (_naming)
        {
            if (version <= _sentVersion)
                return;
            if (_frames.TryWrite(FrameKind.View, version, static (writer, known) => writer.WriteInt64(known)))
                Volatile.Write(ref _sentVersion, version);
        }
    }

    public void SayGoodbye() => _frames.TryWrite(FrameKind.Goodbye, 0, static (_, _) => { });

    public void Ping() => _frames.TryWrite(FrameKind.Ping, 0, static (_, _) => { });

    /// <summary>Sends what waits, then tells the other side that nothing follows.</summary>
    public void Finish() => _frames.Finish();

    public Task Flush(TimeSpan limit) => _frames.Flush(limit);

    /// <summary>Handles frames until the connection ends, then fails what waits for an answer.</summary>
    public async Task Run(Func<GrainCall, Exception> lost)
    {
        try
        {
            await _frames.Read(Handle);
        }
        finally
        {
            _frames.Dispose();
            Fail(lost);
            _incoming.Close();
        }
    }

    /// <summary>Fails what waits for an answer; the connection takes no more.</summary>
    public void Fail(Func<GrainCall, Exception> reason)
    {
        foreach (var call in _outgoing.Close())
            call.TryFail(reason(call));
    }

    public void Succeeded(GrainCall call)
    {
        _incoming.Remove(call.CorrelationId, out _);
        if (call.IsOneWay)
            return;
        try
        {
            _frames.TryWrite(FrameKind.Result, call, static (writer, done) =>
            {
                writer.WriteInt64(done.CorrelationId);
                done.WriteResult(writer);
            });
        }
        catch (Exception error)
        {
            WriteFailure(call.CorrelationId, error);
        }
    }

    public void Failed(GrainCall call, Exception error)
    {
        _incoming.Remove(call.CorrelationId, out _);
        if (!call.IsOneWay)
            WriteFailure(call.CorrelationId, error);
    }

    public void Dispose() => _frames.Dispose();

    void ICallHost.Accept(GrainCall call) => throw new System.Diagnostics.UnreachableException();

    object ICallHost.ResolveTarget(GrainCall call) => throw new System.Diagnostics.UnreachableException();

    void ICallHost.Leaving(GrainCall call, Exception? error) => throw new System.Diagnostics.UnreachableException();

    void ICallHost.Left(GrainCall call) => throw new System.Diagnostics.UnreachableException();

    private static bool NotSent(GrainCall call)
    {
        RelaySink.Undo(call);
        call.Host = null;
        return false;
    }

    private int MethodOf(GrainCall call) =>
        _knownMethods.TryGetValue(call.Method, out var number) ? number : NameMethod(call);

    private int NameMethod(GrainCall call)
    {
        lock (_naming)
        {
            if (_sentMethods.TryGetValue(call.Method, out var known))
                return known;
            var number = _sentMethods.Count;
            _frames.TryWrite(FrameKind.Method, call, static (writer, named) => CallFormat.WriteMethod(writer, named));
            _sentMethods.Add(call.Method, number);
            _knownMethods = new Dictionary<CallMethod, int>(_sentMethods);
            return number;
        }
    }

    private void Handle(FrameKind kind, ReadOnlyMemory<byte> payload)
    {
        var reader = new CallReader(_codecs, payload);
        switch (kind)
        {
            case FrameKind.Call:
                HandleCall(reader, payload.Length);
                return;
            case FrameKind.Result:
                if (_outgoing.Remove(reader.ReadInt64(), out var succeeded))
                    HandleResult(succeeded, reader);
                return;
            case FrameKind.Failure:
                if (_outgoing.Remove(reader.ReadInt64(), out var failed))
                    FailLater(failed, ReadFailure(reader));
                return;
            case FrameKind.Cancel:
                HandleCancel(reader.ReadInt64());
                return;
            case FrameKind.Moved:
                HandleMoved(reader);
                return;
            case FrameKind.Method:
                if (_methods.Count >= MethodsMax)
                    throw new SerializerException($"More than {MethodsMax} methods were named.");
                _methods.Add(CallFormat.ReadMethod(reader, _types));
                return;
            case FrameKind.Goodbye:
                IsLeaving = true;
                OnOther?.Invoke(kind, reader);
                return;
            case FrameKind.Ping:
                _frames.TryWrite(FrameKind.Pong, 0, static (_, _) => { });
                return;
            case FrameKind.Pong:
                return;
            case FrameKind.View:
                var version = reader.ReadInt64();
                if (version > PeerVersion)
                    Volatile.Write(ref _peerVersion, version);
                OnOther?.Invoke(kind, reader);
                return;
            default:
                OnOther?.Invoke(kind, reader);
                return;
        }
    }

    private void HandleCall(CallReader reader, int bytes)
    {
        var id = reader.ReadInt64();
        GrainCall call;
        try
        {
            if (_incoming.Count >= IncomingMax || _incoming.Bytes + bytes > IncomingBytesMax)
                throw new GatewayTooBusyException("Too many calls of this connection are under way; the call has not run.");
            call = CallFormat.Read(reader, id, _methods);
        }
        catch (Exception error)
        {
            WriteFailure(id, error);
            return;
        }

        call.Sink = this;
        if (_incoming.TryAdd(id, call, bytes))
            _receive(call);
        else if (!IsClosed)
            throw new SerializerException($"Number {id} is that of another call under way.");
    }

    private void HandleMoved(CallReader reader)
    {
        var id = reader.ReadInt64();
        var version = reader.ReadInt64();
        if (!SiloAddress.TryParse(reader.ReadString(), out var silo))
            throw new SerializerException("A call was sent back without saying where it belongs.");
        if (!_outgoing.Remove(id, out var call))
            return;
        RelaySink.Undo(call);
        call.Host = null;
        if (OnMoved is { } moved)
            moved(call, silo, version);
        else
            FailLater(call, new OrleansMessageRejectionException($"{call.TargetId} is not here."));
    }

    private void HandleCancel(long id)
    {
        if (!_incoming.TryGet(id, out var call))
            return;
        switch (call.Host)
        {
            case Activations.Activation activation:
                activation.CancelCall(call);
                return;
            case CallConnection next:
                _incoming.Remove(id, out _);
                next.Cancel(call);
                return;
            case null:
                call.TryFail(new OperationCanceledException());
                return;
        }
    }

    private static void HandleResult(GrainCall call, CallReader reader)
    {
        try
        {
            call.ReadResult(reader);
        }
        catch (Exception error)
        {
            FailLater(call, error);
        }
    }

    /// <summary>What the caller does next must not hold up this connection.</summary>
    private static void FailLater(GrainCall call, Exception error) =>
        ThreadPool.UnsafeQueueUserWorkItem(static failed => failed.call.TryFail(failed.error), (call, error), preferLocal: false);

    private static Exception ReadFailure(CallReader reader)
    {
        try
        {
            return reader.Read<Exception>() ?? new OrleansException("The call failed without an exception.");
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private void WriteFailure(long id, Exception error)
    {
        try
        {
            _frames.TryWrite(FrameKind.Failure, (id, error), static (writer, failure) =>
            {
                writer.WriteInt64(failure.id);
                writer.Write<Exception>(failure.error);
            });
        }
        catch (Exception unwritable)
        {
            // The exception's type may not leave the process: the caller learns that.
            var replacement = unwritable as CodecNotFoundException ?? new CodecNotFoundException(unwritable.Message);
            try
            {
                _frames.TryWrite(FrameKind.Failure, (id, replacement), static (writer, failure) =>
                {
                    writer.WriteInt64(failure.id);
                    writer.Write<Exception>(failure.replacement);
                });
            }
            catch (OrleansMessageRejectionException)
            {
                // The other side does not read its answers. It cannot be told, so it must not believe in them either.
                Dispose();
            }
        }
    }
}
