using System.Security.Cryptography.X509Certificates;
using Engine.Api;
using Engine.Api.Health;
using Engine.Grains;
using Engine.Grains.Hosting;
using Engine.Silo.Configuration;
using Engine.Silo.Time;
using Engine.Storage.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Engine.Silo.Hosting;

/// <summary>
/// The composition root: one process that is silo, API and store. Everything is wired here and nowhere else; the parts know
/// interfaces only.
/// </summary>
/// <remarks>
/// Services stop in the opposite order of their start: the API first, which ends streams and lets calls finish; then the
/// silo, whose actors write their snapshots; the store last, with the container.
/// </remarks>
internal sealed class EngineHost : IAsyncDisposable
{
    private const int StreamsPerConnectionMax = 1_000;
    private readonly WebApplication _app;

    private EngineHost(WebApplication app, EngineOptions options, string? masterKeyFile, bool masterKeyCreated)
    {
        _app = app;
        Options = options;
        MasterKeyFile = masterKeyFile;
        MasterKeyCreated = masterKeyCreated;
        Address = ReadAddress(app);
        FirstStart = app.Services.GetRequiredService<FirstStart>();
    }

    public EngineOptions Options { get; }

    /// <summary>Where the API listens, with the port that was taken.</summary>
    public Uri Address { get; }

    public FirstStart FirstStart { get; }

    /// <summary>Null when the master key came from the environment.</summary>
    public string? MasterKeyFile { get; }

    public bool MasterKeyCreated { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts everything; when it returns the API takes calls.</summary>
    /// <exception cref="StartException">The operator can mend what is wrong.</exception>
    public static async Task<EngineHost> StartAsync(EngineOptions options, CancellationToken cancellationToken = default)
    {
        WebApplication? app = null;
        try
        {
            DataDirectory.Create(options.DataDirectory);
            var (key, keyFile, created) = MasterKeySource.Open(options);
            MasterKeyMark.Check(options.DataDirectory, key);

            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
            {
                ContentRootPath = AppContext.BaseDirectory,
                EnvironmentName = Environments.Production,
            });
            // Nothing but our own settings counts: what the framework would read on its own, nobody validates or documents.
            builder.Configuration.Sources.Clear();
            ConfigureLogs(builder.Logging, options);
            ConfigureServer(builder.WebHost, options);
            AddServices(builder, options, key);

            app = builder.Build();
            app.MapEngineApi();
            // The first thing to know of a drain is who sends new work.
            var serving = app.Services.GetRequiredService<IServingStatus>();
            app.Lifetime.ApplicationStopping.Register(() => serving.Set(ServingState.NotServing));
            await app.StartAsync(cancellationToken);
            serving.Set(ServingState.Serving);
            return new EngineHost(app, options, keyFile, created);
        }
        catch (Exception fault)
        {
            if (app is not null)
                await app.DisposeAsync();
            if (StartFaults.Explain(fault, options) is { } explanation)
                throw new StartException(explanation);
            throw;
        }
    }

    /// <summary>Completes when the process was told to stop and everything has ended.</summary>
    /// <returns>False when it stopped because a part failed.</returns>
    public async Task<bool> WaitForShutdownAsync()
    {
        await _app.WaitForShutdownAsync();
        return !_app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(part => part.ExecuteTask is { IsFaulted: true });
    }

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void AddServices(WebApplicationBuilder builder, EngineOptions options, Grains.Keys.MasterKey key)
    {
        var clock = options.ClockSpeed == 1
            ? TimeProvider.System
            : new ScaledTimeProvider(TimeProvider.System, options.ClockSpeed, options.ClockStart);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(key);
        builder.Services.AddSingleton(new EngineClock(clock));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout);
        builder.Services.AddEngineSqliteStorage(storage =>
        {
            CopyTo(options.Storage, storage);
            storage.DataDirectory = options.DataDirectory;
        });

        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: LoopbackPort.FindFree(), gatewayPort: 0);
            silo.AddReminders();
            silo.Services.AddSerializer(serializer => serializer.AddProtobufSerializer());
            // Deadlines go by the engine's clock; messaging and membership keep real time.
            silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, clock);
            silo.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, clock);
        });
        builder.Services.AddEngineGrains();

        // After the silo, which it calls; before the server, which is started last.
        builder.Services.AddSingleton<FirstStart>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FirstStart>());
        builder.Services.AddEngineConsumers();
        builder.Services.AddEngineApi(api => CopyTo(options.Api, api));
    }

    private static void CopyTo<TOptions>(TOptions from, TOptions to)
    {
        foreach (var property in typeof(TOptions).GetProperties())
            property.SetValue(to, property.GetValue(from));
    }

    private static void ConfigureLogs(ILoggingBuilder logs, EngineOptions options)
    {
        logs.ClearProviders();
        logs.SetMinimumLevel(options.LogLevel);
        // What frameworks tell of their own well-being belongs to those who asked for details.
        if (options.LogLevel == LogLevel.Information)
        {
            logs.AddFilter("Microsoft", LogLevel.Warning);
            logs.AddFilter("Orleans", LogLevel.Warning);
            logs.AddFilter("Grpc", LogLevel.Warning);
        }

        if (options.LogFormat == LogFormat.Json)
            logs.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "O"));
        else
            logs.AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat, console.ColorBehavior)
                = (true, true, "HH:mm:ss.fff ", LoggerColorBehavior.Default));
    }

    private static void ConfigureServer(IWebHostBuilder host, EngineOptions options) => host.ConfigureKestrel(server =>
    {
        server.AddServerHeader = false;
        server.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnectionMax;
        // A client that streams may be silent for hours.
        server.Limits.MinRequestBodyDataRate = null;
        server.Limits.MinResponseDataRate = null;
        server.Listen(options.Listen, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            if (options.TlsCertificateFile.Length > 0)
                endpoint.UseHttps(X509Certificate2.CreateFromPemFile(options.TlsCertificateFile, options.TlsKeyFile));
        });
    });

    private static Uri ReadAddress(WebApplication app)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new Uri(address);
    }
}
