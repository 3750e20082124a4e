using System.Data.Common;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Orleans.Runtime;
using Status = Google.Rpc.Status;

namespace Engine.Api.Errors;

/// <summary>
/// The one place where refusals and failures become gRPC statuses.
/// </summary>
/// <remarks>
/// A client must be able to decide three things without reading English: whose fault it is (the code), what exactly
/// (<c>ErrorInfo.reason</c> and its evidence, or <c>BadRequest</c> with paths), and whether to try again
/// (<c>RetryInfo</c>). A failure whose outcome is unknown is UNAVAILABLE, because repeating with the same request_id is
/// right then; a fault of ours is INTERNAL and tells nothing, since what it would tell is for the log.
/// </remarks>
internal static class ErrorMapping
{
    /// <summary>Trailer with the serialised google.rpc.Status.</summary>
    public const string DetailsKey = "grpc-status-details-bin";

    private const int RetryAfterMs = 500;

    public static StatusCode CodeOf(RejectionKind kind) => kind switch
    {
        RejectionKind.Invalid => StatusCode.InvalidArgument,
        RejectionKind.NotFound => StatusCode.NotFound,
        RejectionKind.Exists => StatusCode.AlreadyExists,
        RejectionKind.Precondition => StatusCode.FailedPrecondition,
        RejectionKind.Conflict => StatusCode.Aborted,
        RejectionKind.Forbidden => StatusCode.PermissionDenied,
        RejectionKind.Exhausted => StatusCode.ResourceExhausted,
        RejectionKind.Unavailable => StatusCode.Unavailable,
        _ => StatusCode.Internal,
    };

    public static RpcException ToRpcException(Rejection rejection, StatusCode? code = null) =>
        ToRpcException(code ?? CodeOf(rejection.Kind), rejection);

    /// <summary>What a call that ended with an exception answers with.</summary>
    /// <param name="isUnexpected">Whether nobody foresaw it, so that it belongs in the log.</param>
    public static RpcException ToRpcException(Exception exception, bool deadlinePassed, out bool isUnexpected)
    {
        isUnexpected = false;
        switch (exception)
        {
            case RejectedException rejected:
                return ToRpcException(rejected.Rejection, rejected.Code);
            case RpcException rpc when HasDetails(rpc):
                return rpc;
            case OperationCanceledException:
                return deadlinePassed
                    ? Plain(StatusCode.DeadlineExceeded, Reasons.DeadlineExceeded, "The call's deadline has passed.")
                    : Plain(StatusCode.Cancelled, Reasons.Cancelled, "The call was cancelled.");
        }

        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is JournalUnavailableException or DbException)
                return Unavailable(Reasons.StoreUnavailable, "The store cannot be reached; repeat with the same request_id.");
        }

        if (IsTransient(exception))
            return Unavailable(Reasons.OutcomeUnknown, "The outcome is not known; repeat with the same request_id.");

        isUnexpected = true;
        return Plain(StatusCode.Internal, Reasons.Internal, "The engine failed. Its log tells why.");
    }

    /// <summary>Whether a call failed on its way rather than by what it does: trying again may help.</summary>
    public static bool IsTransient(Exception exception) =>
        exception is TimeoutException or OrleansException or JournalUnavailableException or DbException;

    /// <summary>The serialised google.rpc.Status of an error.</summary>
    public static byte[] DetailsOf(StatusCode code, Rejection rejection)
    {
        var status = new Status { Code = (int)code, Message = rejection.Text };
        var info = new ErrorInfo { Reason = rejection.Reason, Domain = Reasons.Domain };
        info.Metadata.Add(rejection.Metadata);
        status.Details.Add(Any.Pack(info));
        if (rejection.Fields.Count > 0)
        {
            var bad = new BadRequest();
            foreach (var fault in rejection.Fields)
            {
                bad.FieldViolations.Add(new BadRequest.Types.FieldViolation
                {
                    Field = fault.Field, Reason = fault.Reason, Description = fault.Text,
                });
            }

            status.Details.Add(Any.Pack(bad));
        }

        if (rejection.RetryAfter is not null) status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = rejection.RetryAfter }));
        return status.ToByteArray();
    }

    private static RpcException ToRpcException(StatusCode code, Rejection rejection) =>
        new(new Grpc.Core.Status(code, rejection.Text), new Metadata { { DetailsKey, DetailsOf(code, rejection) } });

    private static RpcException Plain(StatusCode code, string reason, string text) =>
        ToRpcException(code, new Rejection { Reason = reason, Text = text });

    private static RpcException Unavailable(string reason, string text) =>
        ToRpcException(Refuse.Unavailable(reason, text, RetryAfterMs).Rejection);

    private static bool HasDetails(RpcException exception)
    {
        foreach (var entry in exception.Trailers)
        {
            if (entry.Key == DetailsKey) return true;
        }

        return false;
    }
}
