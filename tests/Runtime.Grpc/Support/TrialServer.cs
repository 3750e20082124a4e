using System.Net;
using Engine.Runtime.Grpc.Tests.Protos;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engine.Runtime.Grpc.Tests.Support;

/// <summary>A real Kestrel on a free loopback port, with the trial service.</summary>
public sealed class TrialServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private readonly WebApplication _app;
    private readonly List<GrpcChannel> _channels = [];

    private TrialServer(WebApplication app, TrialHooks hooks, Uri address)
    {
        _app = app;
        Hooks = hooks;
        Address = address;
    }

    public TrialHooks Hooks { get; }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TrialServer> StartAsync(
        Action<GrpcServiceOptions>? grpc = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? app = null,
        Action<KestrelServerOptions>? kestrel = null,
        Action<ListenOptions>? listen = null,
        ReservedPort? port = null,
        Action<ILoggingBuilder>? logging = null,
        bool mapTrial = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        logging?.Invoke(builder.Logging);
        builder.WebHost.ConfigureKestrel(options =>
        {
            // A client on a busy machine may be slower than Kestrel's limits think possible.
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
            options.Limits.RequestHeadersTimeout = Patience;
            options.Limits.KeepAliveTimeout = Patience;
            kestrel?.Invoke(options);
            options.Listen(IPAddress.Loopback, port?.Number ?? 0, l =>
            {
                l.Protocols = HttpProtocols.Http2;
                listen?.Invoke(l);
            });
        });
        if (port is not null)
        {
            builder.Services.Configure<SocketTransportOptions>(o => o.CreateBoundListenSocket = _ => port.NewListener());
        }

        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = Patience);
        var hooks = new TrialHooks();
        builder.Services.AddSingleton(hooks);
        builder.Services.AddGrpc(options => grpc?.Invoke(options));
        services?.Invoke(builder.Services);
        var built = builder.Build();
        app?.Invoke(built);
        if (mapTrial)
        {
            built.MapGrpcService<TrialService>();
        }

        await built.StartAsync();
        var address = built.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new TrialServer(built, hooks, new Uri(address));
    }

    public GrpcChannel Channel(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions();
        configure?.Invoke(options);
        var channel = GrpcChannel.ForAddress(Address, options);
        _channels.Add(channel);
        return channel;
    }

    public Trial.TrialClient Client(Action<GrpcChannelOptions>? configure = null) => new(Channel(configure));

    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        await _app.DisposeAsync();
    }
}
