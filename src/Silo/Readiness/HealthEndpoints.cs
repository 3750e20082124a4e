using System.Globalization;
using Engine.Api.Health;
using Engine.Silo.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Silo.Readiness;

/// <summary>
/// Health for probes that speak plain HTTP: <c>/healthz</c>, whether the process lives, and <c>/readyz</c>, whether it serves.
/// On a port of its own, so that nothing but gRPC is answered where the API is.
/// </summary>
internal static class HealthEndpoints
{
    public static void Map(WebApplication app, EngineOptions options)
    {
        if (options.HealthListen is null)
            return;
        var serving = app.Services.GetRequiredService<IServingStatus>();
        var monitor = app.Services.GetRequiredService<ServingMonitor>();
        MapAlive(app, () => serving.State == ServingState.Serving
            ? (StatusCodes.Status200OK, "serving")
            : (StatusCodes.Status503ServiceUnavailable, monitor.Reason));
    }

    /// <summary>Maps both: the process lives, and whether it is ready is as told.</summary>
    public static void MapAlive(WebApplication app, Func<(int Code, string Text)> readReadiness)
    {
        Map(app, "/healthz", static () => (StatusCodes.Status200OK, "alive"));
        Map(app, "/readyz", readReadiness);
    }

    private static void Map(IEndpointRouteBuilder app, string path, Func<(int Code, string Text)> read) =>
        app.MapGet(path, (RequestDelegate)(async context =>
        {
            if (context.Request.Protocol != HttpProtocol.Http11)
            {
                // The API's port speaks HTTP/2 only, and knows no such path.
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            var (code, text) = read();
            context.Response.StatusCode = code;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{text}\n"), context.RequestAborted);
        }));
}
