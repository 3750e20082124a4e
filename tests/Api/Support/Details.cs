using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace Engine.Api.Tests;

/// <summary>What an error says to programs.</summary>
internal sealed record Details(Status Status, ErrorInfo Info, IReadOnlyList<BadRequest.Types.FieldViolation> Faults, RetryInfo? Retry)
{
    public static Details Of(RpcException error)
    {
        var bytes = error.Trailers.GetValueBytes("grpc-status-details-bin");
        Assert.True(bytes is not null, $"{error.StatusCode} '{error.Status.Detail}' has no details.");
        var status = Status.Parser.ParseFrom(bytes);
        return new Details(
            status,
            Find<ErrorInfo>(status) ?? throw new Xunit.Sdk.XunitException("No ErrorInfo."),
            Find<BadRequest>(status)?.FieldViolations.ToList() ?? [],
            Find<RetryInfo>(status));
    }

    private static T? Find<T>(Status status)
        where T : class, IMessage, new()
    {
        var descriptor = new T().Descriptor;
        return status.Details.FirstOrDefault(any => any.Is(descriptor))?.Unpack<T>();
    }
}
