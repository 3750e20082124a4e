using System.Net;
using Engine.Api.Cluster;
using Engine.Api.Signals;
using Engine.Grains;
using Engine.Grains.Cluster;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Engine.Api.Tests;

/// <summary>The edge on Kestrel at a free loopback port; what stands behind it is the caller's.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
        Channel = GrpcChannel.ForAddress(address);
    }

    public Uri Address { get; }

    public GrpcChannel Channel { get; }

    public IServiceProvider Services => _app.Services;

    public LogMemory Log => _app.Services.GetRequiredService<LogMemory>();

    public static async Task<ApiHost> StartAsync(Action<IServiceCollection> behind, Action<ApiOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(5));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<LogMemory>();
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<LogMemory>());
        behind(builder.Services);
        builder.Services.TryAddSingleton(new FakeProcess());
        builder.Services.TryAddKeyedSingleton<IStreamProvider>(ActivityStreams.Provider, NoStreams.Provider);
        builder.Services.TryAddSingleton(new EngineClock(TimeProvider.System));
        builder.Services.AddSingleton<IProcess>(services => services.GetRequiredService<FakeProcess>());
        builder.Services.AddSingleton<IStoreFigures>(services => services.GetRequiredService<FakeProcess>());
        builder.Services.AddSingleton(new OperatorAccess(FakeProcess.OperatorKey));
        builder.Services.AddEngineApi(configure);
        var app = builder.Build();
        app.MapEngineApi();
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        return new ApiHost(app, new Uri(addresses.Addresses.Single()));
    }

    public Clients With(string? key) => new(Channel, key);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
