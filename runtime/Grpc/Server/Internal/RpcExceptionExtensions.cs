using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

internal static class RpcExceptionExtensions
{
    /// <summary>What is worth a stack trace in a log: the cause, not the status itself.</summary>
    public static Exception? DebugCause(this RpcException exception) => exception.Status.DebugException;
}
