using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>How a call's status reaches the caller.</summary>
internal sealed partial class ServerCall
{
    private static readonly StringValues[] StatusTexts =
        [.. Enumerable.Range(0, 17).Select(i => new StringValues(i.ToString(System.Globalization.CultureInfo.InvariantCulture)))];

    /// <summary>Writes the status the handler left. Only after <see cref="TryEnd"/>.</summary>
    public void WriteOutcome() => WriteStatus(_status);

    /// <summary>Ends the call for what the handler, or the reading of its request, threw.</summary>
    public void Fail(Exception exception)
    {
        if (!TryEnd())
        {
            GrpcServerLog.FailedPastDeadline(_logger, exception, _method);
            return;
        }

        if (HttpContext.RequestAborted.IsCancellationRequested || IsOfConnection(exception))
        {
            GrpcServerLog.Aborted(_logger, exception, _method);
            _status = new Status(StatusCode.Cancelled, "Call canceled by the client.", exception);
            return;
        }

        var status = StatusOf(exception);
        if (exception is RpcException { Trailers.Count: > 0 } rpc)
        {
            foreach (var entry in rpc.Trailers)
            {
                ResponseTrailersCore.Add(entry);
            }
        }

        WriteStatus(status);
    }

    /// <summary>Reading a request that its client took back fails a moment before the server says that it was aborted.</summary>
    private static bool IsOfConnection(Exception exception) =>
        exception is IOException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" };

    private Status StatusOf(Exception exception)
    {
        switch (exception)
        {
            case RpcException rpc:
                GrpcServerLog.Status(_logger, rpc.DebugCause(), _method, rpc.StatusCode);
                return rpc.Status;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new Status(StatusCode.ResourceExhausted, "The request body is larger than the server allows.", exception);
            default:
                GrpcServerLog.HandlerFailed(_logger, exception, _method);
                return new Status(
                    StatusCode.Unknown,
                    Options.DetailedErrors
                        ? $"Exception was thrown by handler. {Describe(exception)}"
                        : "Exception was thrown by handler.",
                    exception);
        }
    }

    private static string Describe(Exception exception)
    {
        var text = $"{exception.GetType().Name}: {exception.Message}";
        return exception.InnerException is { } inner ? $"{text} {Describe(inner)}" : text;
    }

    private void WriteStatus(Status status)
    {
        _status = status;
        var response = HttpContext.Response;
        var target = response.HasStarted || HasWrittenMessage
            ? (HttpContext.Features[typeof(IHttpResponseTrailersFeature)] as IHttpResponseTrailersFeature)?.Trailers
            : response.Headers;
        if (target is null)
        {
            return;
        }

        if (_responseTrailers is { Count: > 0 } trailers && !TryWriteMetadata(target, trailers))
        {
            status = new Status(StatusCode.Internal, "A trailer of the call is not valid in HTTP/2.");
        }

        var code = (int)status.StatusCode;
        target.GrpcStatus = (uint)code < (uint)StatusTexts.Length
            ? StatusTexts[code]
            : new StringValues(code.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (!string.IsNullOrEmpty(status.Detail))
        {
            target.GrpcMessage = PercentEncoding.Encode(status.Detail);
        }

        if (HttpContext.Features[typeof(IHttpActivityFeature)] is IHttpActivityFeature { Activity: { } activity })
        {
            activity.SetTag("grpc.method", _method);
            activity.SetTag("grpc.status_code", StatusTexts[Math.Clamp(code, 0, StatusTexts.Length - 1)].ToString());
        }
    }

    private bool TryWriteMetadata(IHeaderDictionary target, Metadata metadata)
    {
        try
        {
            foreach (var entry in metadata)
            {
                target.Append(entry.Key, entry.IsBinary ? BinaryHeader.Encode(entry.RawBytes) : entry.Value);
            }

            return true;
        }
        catch (InvalidOperationException exception)
        {
            // The server refuses control and non-ASCII characters in header values.
            GrpcServerLog.HandlerFailed(_logger, exception, _method);
            return false;
        }
    }

    /// <summary>Tells the caller at once, whatever the handler does with its cancelled token.</summary>
    private void WriteDeadlineExceeded()
    {
        GrpcServerLog.DeadlineExceeded(_logger, _method);
        try
        {
            // Without the handler's trailers, which it may be writing at this moment.
            _responseTrailers = null;
            WriteStatus(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));
            var completed = HttpContext.Response.CompleteAsync();
            if (!completed.IsCompletedSuccessfully)
            {
                _ = Observe(completed);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or ConnectionAbortedException)
        {
            // The connection went at the same moment; nobody is left to tell.
            GrpcServerLog.Aborted(_logger, exception, _method);
        }

        async Task Observe(Task task)
        {
            try
            {
                await task;
            }
            catch (Exception exception)
            {
                GrpcServerLog.Aborted(_logger, exception, _method);
            }
        }
    }
}
