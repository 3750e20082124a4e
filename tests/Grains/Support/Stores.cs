using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Engine.Storage.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Engine.Grains.Tests.Support;

/// <summary>Real stores in a temporary folder, which several silos of one test may share. The journal can be told to fail.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("engine-grains-").FullName;
    private readonly string? _postgres;
    private ServiceProvider _services;

    /// <param name="postgres">Connection string of a PostgreSQL database, which others may share; null: files of its own.</param>
    public Stores(TimeProvider? time = null, string? postgres = null)
    {
        _postgres = postgres;
        Clock = new EngineClock(time ?? TimeProvider.System);
        (_services, Journal) = Open();
    }

    public EngineClock Clock { get; }

    public FaultyJournal Journal { get; private set; }

    public IConsumerStore Consumers => _services.GetRequiredService<IConsumerStore>();

    public IReminderTable Reminders => _services.GetRequiredService<IReminderTable>();

    public IViewStore Views => _services.GetRequiredService<IViewStore>();

    /// <summary>As an operator does who has the views built anew. No silo may run.</summary>
    public async Task DeleteViewsAsync()
    {
        await _services.DisposeAsync();
        foreach (var file in Directory.GetFiles(_folder, "views.db*")) File.Delete(file);
        (_services, Journal) = Open();
    }

    public void Register(IServiceCollection services)
    {
        services.AddSingleton(Clock);
        services.AddSingleton(new MasterKey(new byte[MasterKey.LengthBytes]));
        services.AddSingleton<IJournal>(Journal);
        services.AddSingleton(_services.GetRequiredService<IKeyStore>());
        services.AddSingleton(_services.GetRequiredService<IConsumerStore>());
        services.AddSingleton(_services.GetRequiredService<IViewStore>());
        services.AddSingleton(_services.GetRequiredService<IReminderTable>());
        // On PostgreSQL that is the official provider's.
        if (_postgres is null) services.AddKeyedSingleton("engine", _services.GetRequiredKeyedService<IGrainStorage>("engine"));
    }

    private (ServiceProvider Services, FaultyJournal Journal) Open()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(Clock);
        if (_postgres is null) services.AddEngineSqliteStorage(options => options.DataDirectory = _folder);
        else services.AddEnginePostgresStorage(options => options.ConnectionString = _postgres);
        var provider = services.BuildServiceProvider();
        return (provider, new FaultyJournal(provider.GetRequiredService<IJournal>()));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
