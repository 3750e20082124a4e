using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Engine.Runtime.Grpc.Tests;

/// <summary>
/// A message larger than the windows of stream and connection is on its way until the server reads it. A server that ends the
/// call never will: its writer has to hear of that, with and without a retry policy.
/// </summary>
public sealed class PendingWriteTests
{
    private const int Rounds = 10;
    private static readonly TrialRequest Large = new() { Payload = ByteString.CopyFrom(new byte[16 << 20]) };
    private static readonly RpcException Over = new(new Status(StatusCode.FailedPrecondition, "over"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_end_of_a_call_that_was_answered_frees_its_writer_though_nobody_reads(bool retries)
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Chat = async (_, responses, _) =>
        {
            await responses.WriteAsync(new TrialReply());
            throw Over;
        };
        var client = server.Client(o => Configure(o, retries));
        for (var round = 0; round < Rounds; round++)
        {
            using var call = client.Chat();

            Assert.Equal(StatusCode.Cancelled, (await FailWriteAsync(call.RequestStream)).StatusCode);

            Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
            Assert.Equal(Over.Status, (await FailReadAsync(call.ResponseStream)).Status);
            Assert.Equal(Over.Status, (await FailWriteAsync(call.RequestStream)).Status);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bare_status_is_what_the_writer_gets(bool retries)
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Chat = (_, _, _) => throw Over;
        var client = server.Client(o => Configure(o, retries));
        for (var round = 0; round < Rounds; round++)
        {
            using var call = client.Chat();

            Assert.Equal(Over.Status, (await FailWriteAsync(call.RequestStream)).Status);
            Assert.Equal(Over.Status, (await FailReadAsync(call.ResponseStream)).Status);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attempts_that_fail_under_their_writer_come_to_an_end(bool retries)
    {
        await using var server = await TrialServer.StartAsync();
        var attempts = 0;
        server.Hooks.Upload = (_, _) =>
        {
            Interlocked.Increment(ref attempts);
            throw new RpcException(new Status(StatusCode.Unavailable, "not yet"));
        };
        var client = server.Client(o => Configure(o, retries));
        for (var round = 0; round < Rounds; round++)
        {
            using var call = client.Upload();

            Assert.Equal(StatusCode.Unavailable, (await FailWriteAsync(call.RequestStream)).StatusCode);
            Assert.Equal("not yet", (await Assert.ThrowsAsync<RpcException>(() => Soon.Within(call.ResponseAsync))).Status.Detail);
        }

        Assert.Equal((retries ? 3 : 1) * Rounds, attempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_before_the_end_of_the_requests_frees_the_writer(bool retries)
    {
        await using var server = await TrialServer.StartAsync();
        server.Hooks.Upload = (_, _) => Task.FromResult(new TrialReply { Text = "enough" });
        var client = server.Client(o => Configure(o, retries));
        for (var round = 0; round < Rounds; round++)
        {
            using var call = client.Upload();

            await Assert.ThrowsAsync<InvalidOperationException>(() => Soon.Within(call.RequestStream.WriteAsync(Large)));
            Assert.Equal("enough", (await Soon.Within(call.ResponseAsync)).Text);
        }
    }

    /// <summary>A message that does not fit into what is kept for another attempt.</summary>
    [Fact]
    public async Task The_end_under_a_message_that_is_not_kept_frees_its_writer()
    {
        await using var server = await TrialServer.StartAsync();
        var ends = new SemaphoreSlim(0);
        server.Hooks.Chat = async (_, responses, _) =>
        {
            await responses.WriteAsync(new TrialReply());
            await ends.WaitAsync();
            throw Over;
        };
        var client = server.Client(o =>
        {
            Configure(o, retries: true);
            o.MaxRetryBufferPerCallSize = 1000;
        });
        for (var round = 0; round < Rounds; round++)
        {
            using var call = client.Chat();
            Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
            var write = FailWriteAsync(call.RequestStream);

            ends.Release();

            Assert.Equal(StatusCode.Cancelled, (await write).StatusCode);
            Assert.Equal(Over.Status, (await FailReadAsync(call.ResponseStream)).Status);
        }
    }

    /// <summary>HTTP/2 lets a server end its side and say nothing of the client's; then the status alone is the end.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_status_without_a_reset_frees_the_writer_when_it_is_read(bool retries)
    {
        await using var peer = new H2Peer(AnswerFirstDataAsync);
        using var channel = GrpcChannel.ForAddress(peer.Address, Configured(retries));
        using var call = new Trial.TrialClient(channel).Chat();
        var write = call.RequestStream.WriteAsync(Large);
        Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
        Assert.False(write.IsCompleted);

        Assert.False(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));

        await Assert.ThrowsAsync<InvalidOperationException>(() => Soon.Within(write));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_without_a_reset_frees_the_writer(bool retries)
    {
        await using var peer = new H2Peer(AnswerFirstDataAsync);
        using var channel = GrpcChannel.ForAddress(peer.Address, Configured(retries));
        using var call = new Trial.TrialClient(channel).Upload();

        await Assert.ThrowsAsync<InvalidOperationException>(() => Soon.Within(call.RequestStream.WriteAsync(Large)));

        Assert.Equal("enough", (await Soon.Within(call.ResponseAsync)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_is_the_same_for_a_writer_and_a_reader_that_wait(bool retries)
    {
        await using var server = await TrialServer.StartAsync();
        var begun = new SemaphoreSlim(0);
        server.Hooks.Chat = async (_, _, context) =>
        {
            var cancelled = new TaskCompletionSource();
            using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
            begun.Release();
            await cancelled.Task;
        };
        var client = server.Client(o => Configure(o, retries));
        for (var round = 0; round < Rounds; round++)
        {
            using var cancel = new CancellationTokenSource();
            using var call = client.Chat(cancellationToken: cancel.Token);
            var write = FailWriteAsync(call.RequestStream);
            var read = FailReadAsync(call.ResponseStream);
            await Soon.Within(begun.WaitAsync());

            await cancel.CancelAsync();

            Assert.Equal(StatusCode.Cancelled, (await write).StatusCode);
            Assert.Equal(StatusCode.Cancelled, (await read).StatusCode);
        }
    }

    /// <summary>Takes a part of the message, and no more: it opens no window.</summary>
    private static async Task AnswerFirstDataAsync(H2Peer.Connection connection, H2Peer.Frame frame)
    {
        if (frame is { Type: 0, Payload.Length: > 0 } && connection.Seen.Add(frame.Stream))
        {
            await connection.AnswerAsync(frame.Stream, new TrialReply { Text = "enough" }.ToByteArray());
        }
    }

    private static Task<RpcException> FailWriteAsync(IClientStreamWriter<TrialRequest> requests) =>
        Assert.ThrowsAsync<RpcException>(() => Soon.Within(requests.WriteAsync(Large)));

    private static Task<RpcException> FailReadAsync(IAsyncStreamReader<TrialReply> responses) =>
        Assert.ThrowsAsync<RpcException>(() => Soon.Within(responses.MoveNext(CancellationToken.None)));

    private static GrpcChannelOptions Configured(bool retries)
    {
        var options = new GrpcChannelOptions();
        Configure(options, retries);
        return options;
    }

    private static void Configure(GrpcChannelOptions options, bool retries)
    {
        if (!retries)
        {
            return;
        }

        options.MaxRetryBufferPerCallSize = null;
        options.MaxRetryBufferSize = null;
        options.ServiceConfig = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = 3,
                        InitialBackoff = TimeSpan.FromMilliseconds(5),
                        MaxBackoff = TimeSpan.FromMilliseconds(20),
                        BackoffMultiplier = 2,
                        RetryableStatusCodes = { StatusCode.Unavailable },
                    },
                },
            },
        };
    }
}
