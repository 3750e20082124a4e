using Engine.LoadTests.Calls;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;
using Status = Grpc.Core.Status;

namespace Engine.LoadTests.Tests.Calls;

public sealed class RetryingCallerTests
{
    private static readonly RetryOptions Quick = new()
    {
        Call = TimeSpan.FromMinutes(15),
        Pause = TimeSpan.FromMilliseconds(1),
        PauseMax = TimeSpan.FromMilliseconds(2),
    };

    private readonly List<string> _seen = [];

    public static TheoryData<StatusCode, bool> Repeated => new()
    {
        { StatusCode.Unavailable, false },
        { StatusCode.DeadlineExceeded, false },
        { StatusCode.Aborted, true },
        { StatusCode.ResourceExhausted, true },
    };

    public static TheoryData<StatusCode> Final =>
        [StatusCode.Aborted, StatusCode.NotFound, StatusCode.InvalidArgument, StatusCode.Internal, StatusCode.ResourceExhausted];

    [Theory]
    [MemberData(nameof(Repeated))]
    public async Task Call_outcome_unknown_sends_the_same_request_again(StatusCode code, bool retryInfo)
    {
        var caller = new RetryingCaller(Quick, TimeProvider.System);
        var answer = await CallAsync(caller, failures: 3, () => Failure(code, retryInfo));
        Assert.Equal("conversations/x/messages/1", answer.Name);
        Assert.Equal(["the-id", "the-id", "the-id", "the-id"], _seen);
        Assert.Equal(3, caller.Retries);
    }

    [Theory]
    [MemberData(nameof(Final))]
    public async Task Call_refused_is_not_repeated(StatusCode code)
    {
        var caller = new RetryingCaller(Quick, TimeProvider.System);
        var e = await Assert.ThrowsAsync<RpcException>(() => CallAsync(caller, failures: 3, () => Failure(code, retryInfo: false)));
        Assert.Equal(code, e.StatusCode);
        Assert.Single(_seen);
    }

    [Fact]
    public async Task Call_time_over_gives_the_last_failure()
    {
        var caller = new RetryingCaller(Quick with { Call = TimeSpan.Zero }, TimeProvider.System);
        await Assert.ThrowsAsync<RpcException>(
            () => CallAsync(caller, failures: 3, () => Failure(StatusCode.Unavailable, retryInfo: false)));
        Assert.Single(_seen);
    }

    [Fact]
    public void IsRetryable_details_that_cannot_be_read_say_nothing()
    {
        var trailers = new Metadata { { "grpc-status-details-bin", new byte[] { 0xFF, 0xFF } } };
        Assert.False(RetryingCaller.IsRetryable(new RpcException(new Status(StatusCode.Aborted, ""), trailers), out _));
    }

    private Task<Message> CallAsync(RetryingCaller caller, int failures, Func<RpcException> failure) =>
        caller.CallAsync(
            (SendMessageRequest request, CallOptions options) =>
            {
                Assert.NotNull(options.Deadline);
                _seen.Add(request.RequestId);
                var response = _seen.Count <= failures
                    ? Task.FromException<Message>(failure())
                    : Task.FromResult(new Message { Name = "conversations/x/messages/1" });
                return new AsyncUnaryCall<Message>(
                    response, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
            },
            new SendMessageRequest { RequestId = "the-id" },
            [],
            CancellationToken.None);

    private static RpcException Failure(StatusCode code, bool retryInfo)
    {
        var details = new RpcStatus { Code = (int)code };
        details.Details.Add(Any.Pack(new ErrorInfo { Domain = "engine", Reason = "OVERLOADED" }));
        if (retryInfo)
            details.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)) }));
        return new RpcException(
            new Status(code, "no"), new Metadata { { "grpc-status-details-bin", details.ToByteArray() } });
    }
}
