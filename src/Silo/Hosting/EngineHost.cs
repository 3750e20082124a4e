using Engine.Api;
using Engine.Silo.Configuration;
using Engine.Silo.Readiness;
using Engine.Silo.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Engine.Silo.Hosting;

/// <summary>
/// One process of the engine: a silo, the API, or both, and the store. What it consists of is decided in
/// <see cref="EngineServices"/>; here it is started, watched and stopped.
/// </summary>
/// <remarks>
/// Services stop in the opposite order of their start: the API first, which ends streams and lets calls finish; then the
/// silo, whose actors write their snapshots and which hands over to others; the store last, with the container.
/// </remarks>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EngineHost(WebApplication app, EngineOptions options, Installation installation)
    {
        _app = app;
        Options = options;
        Installation = installation;
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses
            .Select(static address => new Uri(address)).ToArray();
        Address = addresses[0];
        HealthAddress = addresses.ElementAtOrDefault(1);
        FirstStart = app.Services.GetService<FirstStart>();
    }

    public EngineOptions Options { get; }

    public Installation Installation { get; }

    /// <summary>Where the API listens, with the port that was taken: the first address there is.</summary>
    public Uri Address { get; }

    /// <summary>Where health is told over HTTP, with the port that was taken; null: nowhere.</summary>
    public Uri? HealthAddress { get; }

    /// <summary>Null in a gateway, which leaves first things to silos.</summary>
    public FirstStart? FirstStart { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts everything; when it returns the API takes calls.</summary>
    /// <exception cref="StartException">The operator can mend what is wrong.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop before it had started.</exception>
    public static async Task<EngineHost> StartAsync(EngineOptions options, CancellationToken cancellationToken = default)
    {
        WebApplication? app = null;
        try
        {
            await WaitForDatabase.RunAsync(options, cancellationToken);
            var installation = await Installation.OpenAsync(options, cancellationToken);
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
            {
                ContentRootPath = AppContext.BaseDirectory,
                EnvironmentName = Environments.Production,
            });
            // Nothing but our own settings counts: what the framework would read on its own, nobody validates or documents.
            builder.Configuration.Sources.Clear();
            LogSetup.Configure(builder.Logging, options);
            ServerSetup.Configure(builder.WebHost, options);
            await EngineServices.AddAsync(builder, options, installation, cancellationToken);
            TelemetrySetup.Add(builder, options);

            app = builder.Build();
            // Asked for once, so that the container ends them.
            app.Services.GetService<ClusterClock>();
            app.Services.GetRequiredService<ClusterEndpoints>();
            app.MapEngineApi(options.Role == EngineRole.Silo ? ApiSurface.Operator : ApiSurface.Whole);
            HealthEndpoints.Map(app, options);
            await app.StartAsync(cancellationToken);
            await app.Services.GetRequiredService<ServingMonitor>().BeginAsync(cancellationToken);
            return new EngineHost(app, options, installation);
        }
        catch (Exception fault)
        {
            var isAsked = app?.Services.GetRequiredService<StopRequests>().IsAsked is true;
            if (app is not null)
                await app.DisposeAsync();
            // Parts that were stopped while they started say so in ways of their own.
            if (isAsked)
                throw new OperationCanceledException("Told to stop before it had started.", fault);
            if (fault is not OperationCanceledException && StartFaults.Explain(fault, options) is { } explanation)
                throw new StartException(explanation);
            throw;
        }
    }

    /// <summary>Completes when everything has ended.</summary>
    /// <returns>False when nobody had asked for it: a part failed, or the cluster has evicted this silo.</returns>
    public async Task<bool> WaitForShutdownAsync()
    {
        await _app.WaitForShutdownAsync();
        return _app.Services.GetRequiredService<StopRequests>().IsAsked;
    }

    public Task StopAsync()
    {
        _app.Services.GetRequiredService<StopRequests>().Ask();
        return _app.StopAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
