using Engine.Api.Signals;
using Engine.Grains;
using Engine.Grains.Catalogs;
using Engine.Grains.Consumers;
using Engine.Grains.Events;
using Engine.Grains.Hosting;
using Engine.Grains.Identities;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Routing.Rehearsing;
using Engine.Grains.Sla.Explaining;
using Engine.Grains.Views;
using Engine.Grains.Workspaces;
using Engine.Storage.Hosting;
using Engine.V1;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Engine.Api.Tests;

/// <summary>The whole engine: the edge on Kestrel, a silo with the real grains, SQLite files in a temporary folder.</summary>
public sealed class EngineServer : IAsyncLifetime
{
    public const string Workspace = "shop";

    private readonly string _folder = Directory.CreateTempSubdirectory("engine-api-").FullName;
    private ServiceProvider _stores = null!;
    private InProcessTestCluster _cluster = null!;

    internal ApiHost Host { get; private set; } = null!;

    internal IJournal Journal => _stores.GetRequiredService<IJournal>();

    internal IConsumerStore Consumers => _stores.GetRequiredService<IConsumerStore>();

    internal string AdminKey { get; private set; } = "";

    internal Clients Admin => Host.With(AdminKey);

    public async Task InitializeAsync()
    {
        var clock = new EngineClock(TimeProvider.System);
        _stores = new ServiceCollection()
            .AddLogging()
            .AddSingleton(clock)
            .AddEngineSqliteStorage(options => options.DataDirectory = _folder)
            .BuildServiceProvider();

        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddReminders();
            silo.AddMemoryStreams(ActivityStreams.Provider);
            silo.AddMemoryGrainStorage("PubSubStore");
            silo.Services.AddSerializer(serializer => serializer.AddProtobufSerializer());
            silo.Services.AddSingleton(clock);
            silo.Services.AddSingleton(new MasterKey(new byte[MasterKey.LengthBytes]));
            silo.Services.AddSingleton(Journal);
            silo.Services.AddSingleton(Consumers);
            silo.Services.AddSingleton(_stores.GetRequiredService<IKeyStore>());
            silo.Services.AddSingleton(_stores.GetRequiredService<IViewStore>());
            silo.Services.AddSingleton(_stores.GetRequiredService<IReminderTable>());
            silo.Services.AddKeyedSingleton("engine", _stores.GetRequiredKeyedService<IGrainStorage>("engine"));
            silo.Services.AddEngineGrains();
            silo.Services.AddEngineConsumers();
            // One silo knows a change as soon as it is told of it.
            silo.Services.Configure<CatalogOptions>(catalogs => catalogs.RolloutAfterMs = 20);
        });
        builder.ConfigureClient(client =>
        {
            client.AddMemoryStreams(ActivityStreams.Provider);
            client.Services.AddSerializer(serializer => serializer.AddProtobufSerializer());
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();

        var behind = _cluster.Silos[0].ServiceProvider;
        Host = await ApiHost.StartAsync(services =>
        {
            services.AddSingleton<IGrainFactory>(_cluster.Client);
            services.AddKeyedSingleton(ActivityStreams.Provider, _cluster.Client.GetStreamProvider(ActivityStreams.Provider));
            services.AddSingleton(Consumers);
            services.AddSingleton(behind.GetRequiredService<IListings>());
            services.AddSingleton(behind.GetRequiredService<IEventReader>());
            services.AddSingleton(behind.GetRequiredService<IRoutingPasts>());
            services.AddSingleton(behind.GetRequiredService<IIdentityKeys>());
            services.AddSingleton(behind.GetRequiredService<IConversationHistories>());
        });

        var request = new CreateWorkspaceRequest { RequestId = "first", WorkspaceId = Workspace };
        var created = await _cluster.Client.GetGrain<IWorkspaceGrain>(Workspace).CreateAsync(request, first: true);
        AdminKey = created.Result.Secret;
        await _cluster.Client.GetGrain<IWorkspaceDirectoryGrain>(0).AddAsync(Workspace);
    }

    /// <summary>Clients with a new key of a role.</summary>
    internal async Task<Clients> WithRoleAsync(Role role, string agent = "") => Host.With(await KeyAsync(role, agent));

    internal async Task<string> KeyAsync(Role role, string agent = "")
    {
        var created = await Admin.Workspaces.CreateKeyAsync(new CreateKeyRequest
        {
            RequestId = Guid.NewGuid().ToString(), Key = new Key { Role = role, Agent = agent },
        });
        return created.Secret;
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        await _stores.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
