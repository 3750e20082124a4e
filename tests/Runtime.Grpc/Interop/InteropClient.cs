using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Engine.Runtime.Grpc.Tests.Interop;

/// <summary>The client side of gRPC's interoperability tests: each case returns, or throws what is wrong.</summary>
public sealed class InteropClient : IDisposable
{
    private readonly MessageFlags _flags = new();
    private readonly TestService.TestServiceClient _client;

    public InteropClient(Uri address)
    {
        Channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = new FlagHandler(_flags), DisposeHttpClient = true });
        _client = new TestService.TestServiceClient(Channel);
    }

    public static IReadOnlyList<string> Cases { get; } =
    [
        "empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong", "empty_stream",
        "custom_metadata", "status_code_and_message", "special_status_message", "unimplemented_method",
        "unimplemented_service", "cancel_after_begin", "cancel_after_first_response", "timeout_on_sleeping_server",
        "client_compressed_unary", "server_compressed_unary", "client_compressed_streaming", "server_compressed_streaming",
    ];

    /// <summary>The cases that begin with a call which a server must refuse because it expects it compressed.</summary>
    public static IReadOnlyList<string> Probing { get; } = ["client_compressed_unary", "client_compressed_streaming"];

    public GrpcChannel Channel { get; }

    /// <param name="name">One of <see cref="Cases"/>.</param>
    /// <param name="probes">Whether the server can tell compressed messages from others.</param>
    public Task RunAsync(string name, bool probes = true) => name switch
    {
        "empty_unary" => EmptyUnaryAsync(),
        "large_unary" => LargeUnaryAsync(),
        "client_streaming" => ClientStreamingAsync(),
        "server_streaming" => ServerStreamingAsync(),
        "ping_pong" => PingPongAsync(),
        "empty_stream" => EmptyStreamAsync(),
        "custom_metadata" => CustomMetadataAsync(),
        "status_code_and_message" => StatusAsync("test status message"),
        "special_status_message" => StatusAsync("\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"),
        "unimplemented_method" => ExpectAsync(StatusCode.Unimplemented, _client.UnimplementedCallAsync(new Empty()).ResponseAsync),
        "unimplemented_service" => ExpectAsync(
            StatusCode.Unimplemented,
            new UnimplementedService.UnimplementedServiceClient(Channel).UnimplementedCallAsync(new Empty()).ResponseAsync),
        "cancel_after_begin" => CancelAfterBeginAsync(),
        "cancel_after_first_response" => CancelAfterFirstResponseAsync(),
        "timeout_on_sleeping_server" => TimeoutAsync(),
        "client_compressed_unary" => ClientCompressedUnaryAsync(probes),
        "server_compressed_unary" => ServerCompressedUnaryAsync(),
        "client_compressed_streaming" => ClientCompressedStreamingAsync(probes),
        "server_compressed_streaming" => ServerCompressedStreamingAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such case."),
    };

    public void Dispose() => Channel.Dispose();

    private static Metadata Gzip => new() { { "grpc-internal-encoding-request", "gzip" } };

    private async Task EmptyUnaryAsync() => Assert.Equal(new Empty(), await _client.EmptyCallAsync(new Empty()));

    private async Task LargeUnaryAsync()
    {
        var response = await _client.UnaryCallAsync(Large());
        Assert.Equal(314159, response.Payload.Body.Length);
    }

    private async Task ClientStreamingAsync()
    {
        using var call = _client.StreamingInputCall();
        foreach (var size in new[] { 27182, 8, 1828, 45904 })
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = Zeros(size) });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(74922, (await call).AggregatedPayloadSize);
    }

    private async Task ServerStreamingAsync()
    {
        int[] sizes = [31415, 9, 2653, 58979];
        var request = new StreamingOutputCallRequest();
        request.ResponseParameters.Add(sizes.Select(s => new ResponseParameters { Size = s }));
        using var call = _client.StreamingOutputCall(request);
        var seen = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            seen.Add(response.Payload.Body.Length);
        }

        Assert.Equal(sizes, seen);
    }

    private async Task PingPongAsync()
    {
        using var call = _client.FullDuplexCall();
        foreach (var (request, response) in new[] { (27182, 31415), (8, 9), (1828, 2653), (45904, 58979) })
        {
            await call.RequestStream.WriteAsync(Ping(request, response));
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(response, call.ResponseStream.Current.Payload.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    private async Task EmptyStreamAsync()
    {
        using var call = _client.FullDuplexCall();
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    private async Task CustomMetadataAsync()
    {
        var metadata = new Metadata
        {
            { "x-grpc-test-echo-initial", "test_initial_metadata_value" },
            { "x-grpc-test-echo-trailing-bin", new byte[] { 0xAB, 0xAB, 0xAB } },
        };
        using var unary = _client.UnaryCallAsync(Large(), metadata);
        await unary;
        Check(await unary.ResponseHeadersAsync, unary.GetTrailers());
        using var duplex = _client.FullDuplexCall(metadata);
        await duplex.RequestStream.WriteAsync(Ping(271828, 314159));
        Assert.True(await duplex.ResponseStream.MoveNext());
        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext());
        Check(await duplex.ResponseHeadersAsync, duplex.GetTrailers());

        static void Check(Metadata headers, Metadata trailers)
        {
            Assert.Equal("test_initial_metadata_value", headers.GetValue("x-grpc-test-echo-initial"));
            Assert.Equal([0xAB, 0xAB, 0xAB], trailers.GetValueBytes("x-grpc-test-echo-trailing-bin")!);
        }
    }

    private async Task StatusAsync(string message)
    {
        var echo = new EchoStatus { Code = 2, Message = message };
        var unary = await ExpectAsync(StatusCode.Unknown, _client.UnaryCallAsync(new SimpleRequest { ResponseStatus = echo }).ResponseAsync);
        Assert.Equal(message, unary.Status.Detail);
        using var call = _client.FullDuplexCall();
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = echo });
        await call.RequestStream.CompleteAsync();
        var duplex = await ExpectAsync(StatusCode.Unknown, call.ResponseStream.MoveNext());
        Assert.Equal(message, duplex.Status.Detail);
    }

    private async Task CancelAfterBeginAsync()
    {
        using var cancel = new CancellationTokenSource();
        using var call = _client.StreamingInputCall(cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await ExpectAsync(StatusCode.Cancelled, call.ResponseAsync);
    }

    private async Task CancelAfterFirstResponseAsync()
    {
        using var cancel = new CancellationTokenSource();
        using var call = _client.FullDuplexCall(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(Ping(27182, 31415));
        Assert.True(await call.ResponseStream.MoveNext());
        await cancel.CancelAsync();
        await ExpectAsync(StatusCode.Cancelled, call.ResponseStream.MoveNext());
    }

    private async Task TimeoutAsync()
    {
        using var call = _client.FullDuplexCall(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(1));
        try
        {
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { Payload = Zeros(27182) });
        }
        catch (RpcException exception)
        {
            Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        }

        await ExpectAsync(StatusCode.DeadlineExceeded, call.ResponseStream.MoveNext());
    }

    private async Task ClientCompressedUnaryAsync(bool probes)
    {
        var request = Large();
        request.ExpectCompressed = new BoolValue { Value = true };
        if (probes)
        {
            await ExpectAsync(StatusCode.InvalidArgument, _client.UnaryCallAsync(request).ResponseAsync);
        }

        Assert.Equal(314159, (await _client.UnaryCallAsync(request, Gzip)).Payload.Body.Length);
        request.ExpectCompressed.Value = false;
        Assert.Equal(314159, (await _client.UnaryCallAsync(request)).Payload.Body.Length);
    }

    private async Task ServerCompressedUnaryAsync()
    {
        foreach (var compressed in new[] { true, false })
        {
            var request = Large();
            request.ResponseCompressed = new BoolValue { Value = compressed };
            _flags.TakeAll();
            Assert.Equal(314159, (await _client.UnaryCallAsync(request)).Payload.Body.Length);
            Assert.Equal([compressed], _flags.TakeAll());
        }
    }

    private async Task ClientCompressedStreamingAsync(bool probes)
    {
        var compressed = new StreamingInputCallRequest { ExpectCompressed = new BoolValue { Value = true }, Payload = Zeros(27182) };
        if (probes)
        {
            using var probe = _client.StreamingInputCall();
            await probe.RequestStream.WriteAsync(compressed);
            await probe.RequestStream.CompleteAsync();
            await ExpectAsync(StatusCode.InvalidArgument, probe.ResponseAsync);
        }

        using var call = _client.StreamingInputCall(Gzip);
        await call.RequestStream.WriteAsync(compressed);
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(
            new StreamingInputCallRequest { ExpectCompressed = new BoolValue(), Payload = Zeros(45904) });
        await call.RequestStream.CompleteAsync();
        Assert.Equal(73086, (await call).AggregatedPayloadSize);
    }

    private async Task ServerCompressedStreamingAsync()
    {
        var request = new StreamingOutputCallRequest();
        request.ResponseParameters.Add(new ResponseParameters { Size = 31415, Compressed = new BoolValue { Value = true } });
        request.ResponseParameters.Add(new ResponseParameters { Size = 92653, Compressed = new BoolValue() });
        _flags.TakeAll();
        using var call = _client.StreamingOutputCall(request);
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal(31415, call.ResponseStream.Current.Payload.Body.Length);
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal(92653, call.ResponseStream.Current.Payload.Body.Length);
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal([true, false], _flags.TakeAll());
    }

    private static async Task<RpcException> ExpectAsync(StatusCode code, Task call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(code, exception.StatusCode);
        return exception;
    }

    private static SimpleRequest Large() => new() { ResponseSize = 314159, Payload = Zeros(271828) };

    private static StreamingOutputCallRequest Ping(int request, int response) => new()
    {
        Payload = Zeros(request),
        ResponseParameters = { new ResponseParameters { Size = response } },
    };

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };
}
