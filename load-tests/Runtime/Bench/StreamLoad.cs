using Engine.LoadTests.Bench;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Runtime.Probing;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Engine.LoadTests.Runtime.Bench;

/// <summary>Messages on streams that stay open for the whole stretch: an operation is one message, not one call.</summary>
internal sealed class StreamLoad : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly ProbeService.ProbeServiceClient _client;
    private readonly ByteString _payload = ByteString.CopyFromUtf8(Payload.Text);
    private readonly TimeProvider _time;

    public StreamLoad(Uri address, TimeProvider time)
    {
        _channel = ApiChannel.Create(address);
        _client = new ProbeService.ProbeServiceClient(_channel);
        _time = time;
    }

    /// <summary>What the server has allocated since its start.</summary>
    public async Task<long> ServerAllocatedAsync(CancellationToken cancellationToken) =>
        (await _client.ObserveAsync(new ObserveRequest(), cancellationToken: cancellationToken)).AllocatedBytes;

    public async Task<Observation> ObserveAsync(CancellationToken cancellationToken) =>
        await _client.ObserveAsync(new ObserveRequest(), cancellationToken: cancellationToken);

    /// <summary>Unary calls, each answered by one of as many grains as there are callers.</summary>
    public Task<LoadResult> RunGrainAsync(int concurrency, LoadLimits limits, CancellationToken cancellationToken)
    {
        string[] keys = [.. Enumerable.Range(0, concurrency).Select(worker => $"bench/{worker}")];
        return ClosedLoop.RunAsync(concurrency, limits, _time, async (worker, n, token) =>
        {
            var request = new ProbeRequest { Number = n, Grain = keys[worker], Payload = _payload };
            var reply = await _client.AskAsync(request, cancellationToken: token);
            if (reply.Number != n) throw new EngineFailedException($"Call {n} was answered with {reply.Number}.");
        }, cancellationToken);
    }

    /// <summary>The server writes; every message must be the one after the one before.</summary>
    public async Task<LoadResult> RunDownAsync(int streams, LoadLimits limits, CancellationToken cancellationToken)
    {
        var request = new ProbeRequest { Count = long.MaxValue, Payload = _payload };
        var calls = new AsyncServerStreamingCall<ProbeReply>[streams];
        try
        {
            for (var i = 0; i < streams; i++) calls[i] = _client.Download(request, cancellationToken: cancellationToken);
            return await ClosedLoop.RunAsync(streams, limits, _time, async (worker, n, token) =>
            {
                var stream = calls[worker].ResponseStream;
                if (!await stream.MoveNext(token)) throw new EngineFailedException($"A stream ended after {n} messages.");
                if (stream.Current.Number != n)
                    throw new EngineFailedException($"Message {n} of a stream was number {stream.Current.Number}.");
            }, cancellationToken);
        }
        finally
        {
            foreach (var call in calls) call?.Dispose();
        }
    }

    /// <summary>The client writes; at the end the server must have got all of it.</summary>
    public async Task<LoadResult> RunUpAsync(int streams, LoadLimits limits, CancellationToken cancellationToken)
    {
        var sent = new long[streams];
        var calls = new AsyncClientStreamingCall<ProbeRequest, ProbeReply>[streams];
        try
        {
            for (var i = 0; i < streams; i++) calls[i] = _client.Upload(cancellationToken: cancellationToken);
            var request = new ProbeRequest { Number = 1, Payload = _payload };
            var begin = _time.GetTimestamp();
            var result = await ClosedLoop.RunAsync(streams, limits, _time, async (worker, _, token) =>
            {
                await calls[worker].RequestStream.WriteAsync(request, token);
                sent[worker]++;
            }, cancellationToken);
            for (var i = 0; i < streams; i++)
            {
                await calls[i].RequestStream.CompleteAsync();
                var reply = await calls[i].ResponseAsync;
                if (reply.Count != sent[i] || reply.Number != sent[i])
                    throw new EngineFailedException($"{sent[i]} messages were written to a stream, {reply.Count} arrived.");
            }

            // Writing is done when the last message has arrived, not when it has been buffered.
            return result with { Elapsed = _time.GetElapsedTime(begin) };
        }
        finally
        {
            foreach (var call in calls) call?.Dispose();
        }
    }

    public void Dispose() => _channel.Dispose();
}
