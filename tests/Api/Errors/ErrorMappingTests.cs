using Engine.Api.Errors;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Orleans.Runtime;

namespace Engine.Api.Tests.Errors;

public sealed class ErrorMappingTests
{
    [Theory]
    [InlineData(RejectionKind.Invalid, StatusCode.InvalidArgument)]
    [InlineData(RejectionKind.NotFound, StatusCode.NotFound)]
    [InlineData(RejectionKind.Exists, StatusCode.AlreadyExists)]
    [InlineData(RejectionKind.Precondition, StatusCode.FailedPrecondition)]
    [InlineData(RejectionKind.Conflict, StatusCode.Aborted)]
    [InlineData(RejectionKind.Forbidden, StatusCode.PermissionDenied)]
    [InlineData(RejectionKind.Exhausted, StatusCode.ResourceExhausted)]
    [InlineData(RejectionKind.Unavailable, StatusCode.Unavailable)]
    [InlineData(RejectionKind.Unspecified, StatusCode.Internal)]
    public void Every_kind_has_its_status(RejectionKind kind, StatusCode code) => Assert.Equal(code, ErrorMapping.CodeOf(kind));

    [Fact]
    public void All_kinds_are_tested_above() => Assert.Equal(9, System.Enum.GetValues<RejectionKind>().Length);

    [Fact]
    public void A_refusal_carries_reason_evidence_fields_and_retry()
    {
        var rejection = new Rejection
        {
            Kind = RejectionKind.Conflict,
            Reason = "ETAG_MISMATCH",
            Text = "It was changed meanwhile.",
            RetryAfter = new Duration { Seconds = 1 },
        };
        rejection.Metadata.Add("current", "v7");
        rejection.Fields.Add(new FieldFault { Field = "etag", Reason = "STALE", Text = "old" });

        var error = ErrorMapping.ToRpcException(new RejectedException(rejection), deadlinePassed: false, out var isUnexpected);

        Assert.False(isUnexpected);
        Assert.Equal(StatusCode.Aborted, error.StatusCode);
        var details = Details.Of(error);
        Assert.Equal((int)StatusCode.Aborted, details.Status.Code);
        Assert.Equal(("engine", "ETAG_MISMATCH", "v7"), (details.Info.Domain, details.Info.Reason, details.Info.Metadata["current"]));
        Assert.Equal(("etag", "STALE"), (details.Faults[0].Field, details.Faults[0].Reason));
        Assert.Equal(1, details.Retry!.RetryDelay.Seconds);
    }

    public static TheoryData<Exception, StatusCode, string> Failures => new()
    {
        { new TimeoutException(), StatusCode.Unavailable, "OUTCOME_UNKNOWN" },
        { new OrleansException("gone"), StatusCode.Unavailable, "OUTCOME_UNKNOWN" },
        { new SiloUnavailableException(), StatusCode.Unavailable, "OUTCOME_UNKNOWN" },
        { new JournalUnavailableException("disk"), StatusCode.Unavailable, "STORE_UNAVAILABLE" },
        { new InvalidOperationException("outer", new JournalUnavailableException("disk")), StatusCode.Unavailable, "STORE_UNAVAILABLE" },
        { new OperationCanceledException(), StatusCode.Cancelled, "CANCELLED" },
        { new InvalidOperationException("ana@shop.example"), StatusCode.Internal, "INTERNAL" },
        { new RpcException(new Grpc.Core.Status(StatusCode.DataLoss, "ana@shop.example")), StatusCode.Internal, "INTERNAL" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Every_failure_has_its_status(Exception failure, StatusCode code, string reason)
    {
        var error = ErrorMapping.ToRpcException(failure, deadlinePassed: false, out var isUnexpected);
        var details = Details.Of(error);
        Assert.Equal((code, reason), (error.StatusCode, details.Info.Reason));
        Assert.Equal(code == StatusCode.Unavailable, details.Retry is not null);
        Assert.Equal(code == StatusCode.Internal, isUnexpected);
        Assert.DoesNotContain("ana@", details.Status.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ana@", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_passed_deadline_is_told_from_a_cancelled_call() => Assert.Equal(
        StatusCode.DeadlineExceeded, ErrorMapping.ToRpcException(new OperationCanceledException(), deadlinePassed: true, out _).StatusCode);

    [Theory]
    [InlineData(StatusCode.ResourceExhausted, "", StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE")]
    [InlineData(StatusCode.Unimplemented, "", StatusCode.Unimplemented, "METHOD_UNKNOWN")]
    [InlineData(StatusCode.Unknown, "Exception was thrown by handler.", StatusCode.InvalidArgument, "MESSAGE_UNPARSABLE")]
    [InlineData(StatusCode.Internal, "Incomplete message.", StatusCode.InvalidArgument, "MESSAGE_UNPARSABLE")]
    public void What_gRPC_refuses_by_itself_is_explained(StatusCode code, string detail, StatusCode mapped, string reason)
    {
        var explained = Malformed.Explain(code, detail, isKnownMethod: false, messageBytesMax: 1_000);
        Assert.Equal((mapped, reason), (explained!.Value.Code, explained.Value.Rejection.Reason));
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_told_with_its_field()
    {
        var explained = Malformed.Explain(StatusCode.InvalidArgument, "Field 'content.text' is not valid UTF-8.", true, 1_000);
        Assert.Equal("content.text", explained!.Value.Rejection.Fields[0].Field);
    }
}
