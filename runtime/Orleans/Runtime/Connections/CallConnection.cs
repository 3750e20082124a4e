using System.Collections.Concurrent;
using System.Net.Sockets;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Types;
using Orleans.Serialization;

namespace Orleans.Runtime.Connections;

/// <summary>
/// A connection over which both sides call each other: a client calls grains, a silo calls objects of clients. Calls that
/// go out wait here for their answer; calls that come in are handed to <c>receive</c> and answered when they end.
/// </summary>
internal sealed class CallConnection : ICallSink, IDisposable
{
    private readonly FrameSocket _frames;
    private readonly CodecRegistry _codecs;
    private readonly GrainTypeRegistry _types;
    private readonly Action<GrainCall> _receive;
    private readonly ConcurrentDictionary<long, GrainCall> _outgoing = new();
    private readonly ConcurrentDictionary<long, GrainCall> _incoming = new();
    private long _lastId;

    public CallConnection(
        Socket socket, CodecRegistry codecs, GrainTypeRegistry types, int frameBytesMax, Action<GrainCall> receive)
    {
        _frames = new FrameSocket(socket, codecs, frameBytesMax);
        _codecs = codecs;
        _types = types;
        _receive = receive;
    }

    /// <summary>Takes frames of the handshake.</summary>
    public Action<FrameKind, CallReader>? OnHandshake { get; init; }

    public bool IsClosed => _frames.IsClosed;

    /// <summary>Whether the other side asked for no new calls.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Calls that came in and are not answered yet.</summary>
    public int IncomingCount => _incoming.Count;

    public void WriteHandshake(FrameKind kind, Action<CallWriter> write) =>
        _frames.TryWrite(kind, write, static (writer, run) => run(writer));

    /// <summary>Sends a call; false when the connection is closed and nothing was sent.</summary>
    public bool TrySend(GrainCall call)
    {
        var isAwaited = !call.IsOneWay;
        call.CorrelationId = Interlocked.Increment(ref _lastId);
        if (isAwaited)
            _outgoing[call.CorrelationId] = call;
        try
        {
            if (_frames.TryWrite(FrameKind.Call, call, static (writer, sent) => CallFormat.Write(writer, sent)))
            {
                // It may have been closed between the two; who closes fails what it finds.
                return true;
            }
        }
        catch (Exception error)
        {
            _outgoing.TryRemove(call.CorrelationId, out _);
            call.TryFail(error);
            return true;
        }

        _outgoing.TryRemove(call.CorrelationId, out _);
        return false;
    }

    public void Cancel(GrainCall call)
    {
        if (_outgoing.TryRemove(call.CorrelationId, out _))
            _frames.TryWrite(FrameKind.Cancel, call.CorrelationId, static (writer, id) => writer.WriteInt64(id));
    }

    /// <summary>Forgets a call whose caller no longer waits.</summary>
    public void Forget(GrainCall call) => _outgoing.TryRemove(call.CorrelationId, out _);

    public void SayGoodbye() => _frames.TryWrite(FrameKind.Goodbye, 0, static (_, _) => { });

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
            foreach (var (id, call) in _outgoing)
            {
                if (_outgoing.TryRemove(id, out _))
                    call.TryFail(lost(call));
            }
        }
    }

    public void Succeeded(GrainCall call)
    {
        _incoming.TryRemove(call.CorrelationId, out _);
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
        _incoming.TryRemove(call.CorrelationId, out _);
        if (!call.IsOneWay)
            WriteFailure(call.CorrelationId, error);
    }

    public void Dispose() => _frames.Dispose();

    private void Handle(FrameKind kind, ReadOnlyMemory<byte> payload)
    {
        var reader = new CallReader(_codecs, payload);
        switch (kind)
        {
            case FrameKind.Call:
                HandleCall(reader);
                return;
            case FrameKind.Result:
                if (_outgoing.TryRemove(reader.ReadInt64(), out var succeeded))
                    HandleResult(succeeded, reader);
                return;
            case FrameKind.Failure:
                if (_outgoing.TryRemove(reader.ReadInt64(), out var failed))
                    failed.TryFail(ReadFailure(reader));
                return;
            case FrameKind.Cancel:
                if (_incoming.TryGetValue(reader.ReadInt64(), out var cancelled) && cancelled.Host is Activations.Activation activation)
                    activation.CancelCall(cancelled);
                return;
            case FrameKind.Goodbye:
                IsLeaving = true;
                return;
            default:
                OnHandshake?.Invoke(kind, reader);
                return;
        }
    }

    private void HandleCall(CallReader reader)
    {
        var (id, call, error) = CallFormat.Read(reader, _types);
        if (call is null)
        {
            WriteFailure(id, error!);
            return;
        }

        call.Sink = this;
        if (!call.IsOneWay)
            _incoming[id] = call;
        _receive(call);
    }

    private static void HandleResult(GrainCall call, CallReader reader)
    {
        try
        {
            call.ReadResult(reader);
        }
        catch (Exception error)
        {
            call.TryFail(error);
        }
    }

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
            _frames.TryWrite(FrameKind.Failure, (id, replacement), static (writer, failure) =>
            {
                writer.WriteInt64(failure.id);
                writer.Write<Exception>(failure.replacement);
            });
        }
    }
}
