using System.Globalization;
using Engine.Api;
using Engine.Silo.Configuration;
using Engine.Silo.Readiness;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engine.Silo.Hosting;

/// <summary>
/// Answers in the engine's place while it waits for what it needs to start: alive, not ready, and UNAVAILABLE to every call.
/// Otherwise whoever watches over the process would take it for dead and start it anew, before the wait has come to its end.
/// </summary>
internal sealed class WaitingServer : IAsyncDisposable
{
    private const string Reason = "It waits for the database.";
    private readonly WebApplication _app;

    private WaitingServer(WebApplication app) => _app = app;

    /// <summary>Listens where the engine will, except where it takes a free port, which nobody knows yet.</summary>
    /// <returns>Null when there is nowhere to listen.</returns>
    public static async Task<WaitingServer?> StartAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        var isApiKnown = options.Listen.Port != 0;
        if (!isApiKnown && options.HealthListen is null)
            return null;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Configuration.Sources.Clear();
        // What is to be told of the wait is told elsewhere.
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddEngineHealth();
        ServerSetup.Configure(builder.WebHost, options, isApiKnown);
        var app = builder.Build();
        app.MapEngineHealth();
        HealthEndpoints.MapAlive(app, static () => (StatusCodes.Status503ServiceUnavailable, Reason));
        app.MapFallback(Refuse);
        try
        {
            await app.StartAsync(cancellationToken);
            return new WaitingServer(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static Task Refuse(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) is not true)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)StatusCode.Unavailable).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Reason;
        return Task.CompletedTask;
    }

    /// <summary>The one who waits listens to signals itself.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
