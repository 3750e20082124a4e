using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Answers UNIMPLEMENTED at the end of the pipeline, where no endpoint was found. As endpoints with parameters in
/// their routes they would be candidates for every call, and the router would take each path apart for them only to
/// find the method's own endpoint the better one.
/// </summary>
internal sealed class UnimplementedFallback(MappedServices services, ILoggerFactory loggers) : IStartupFilter
{
    private readonly ILogger _logger = loggers.CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler");

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        app.Use(Answer);
    };

    private Task Answer(HttpContext http, RequestDelegate next) =>
        !services.IsEmpty
        && HttpMethods.IsPost(http.Request.Method)
        && Core.Wire.IsGrpcContentType(http.Request.ContentType)
        && services.Describe(http.Request.Path.Value) is { } message
            ? RequestChecks.Unimplemented(http, _logger, message)
            : next(http);
}
