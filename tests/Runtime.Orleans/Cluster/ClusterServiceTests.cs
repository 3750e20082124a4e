using System.Globalization;
using Engine.Runtime.Orleans.Tests.Services;
using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Reminders;
using Orleans.Streams;
using Orleans.TestingHost;

namespace Engine.Runtime.Orleans.Tests.Cluster;

/// <summary>Reminders, streams, storage and management of several silos.</summary>
public sealed class ClusterServiceTests : IAsyncLifetime
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await Clusters.Start(
        3,
        static silo =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.AddMemoryGrainStorage("named");
            silo.AddMemoryGrainStorage("PubSubStore");
            silo.AddMemoryStreams("mem");
            silo.UseInMemoryReminderService();
            silo.Configure<ReminderOptions>(static options => options.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100));
        },
        static client => client.AddMemoryStreams("mem"));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Behaviour(Docs.Timers)]
    public async Task A_reminder_ticks_on_the_silo_of_its_grain_only_and_moves_with_it()
    {
        var period = TimeSpan.FromSeconds(2);
        var keys = Enumerable.Range(0, 30).Select(number => string.Create(CultureInfo.InvariantCulture, $"{_key}{number}")).ToList();
        await Task.WhenAll(keys.Select(key => _cluster.Client.GetGrain<IServiceGrain>(key).Remind("r", period, period))).Within();
        Assert.Equal(30, ReminderCounts().Sum());
        Assert.All(ReminderCounts(), static count => Assert.InRange(count, 1, 25));

        // Not the oldest, which has the rows.
        await _cluster.StopSiloAsync(_cluster.Silos[2]).Within();
        await Deadline.Until(() => ReminderCounts().Sum() == 30, "the others have taken over all reminders");
        await _cluster.StartAdditionalSiloAsync();
        await Deadline.Until(() => ReminderCounts() is { Count: 3 } counts && counts.Sum() == 30 && counts.TrueForAll(static count => count > 0),
            "the new silo has its share");
        var before = keys.ToDictionary(static key => key, static key => Gates.Notes(key).Count);
        await Deadline.Until(() => keys.TrueForAll(key => Gates.Notes(key).Count > before[key]), "every reminder ticks");
    }

    [Behaviour(Docs.Streams)]
    public async Task Items_reach_consumers_on_every_silo_and_on_a_client()
    {
        var stream = _cluster.Client.GetStreamProvider("mem").GetStream<string>(StreamId.Create("cluster", _key));
        var heard = new List<string>();
        await stream.SubscribeAsync((item, _) =>
        {
            lock (heard)
                heard.Add(item);
            return Task.CompletedTask;
        });
        var consumers = Enumerable.Range(0, 12).Select(number => string.Create(CultureInfo.InvariantCulture, $"{_key}c{number}")).ToList();
        foreach (var consumer in consumers)
            await _cluster.Client.GetGrain<IServiceGrain>(consumer).Subscribe(_key).Within();
        await _cluster.Client.GetGrain<IServiceGrain>(_key + "producer").Publish(_key, "from a grain").Within();
        foreach (var consumer in consumers)
            await Deadline.Until(() => Gates.Notes(consumer).Any(static note => note.Contains("from a grain", StringComparison.Ordinal)), consumer);
        await stream.OnNextAsync("from the client");
        await Deadline.Until(() => { lock (heard) return heard.Contains("from the client"); }, "the client hears itself");
    }

    [Behaviour(Docs.Management)]
    public async Task Management_speaks_for_all_silos()
    {
        var management = _cluster.Client.GetGrain<IManagementGrain>(0);
        for (var number = 0; number < 60; number++)
            await _cluster.Client.GetGrain<IPlacedGrain>($"{_key}{number}").Where().Within();
        var hosts = await management.GetHosts().Within();
        Assert.Equal(_cluster.Silos.Select(static silo => silo.SiloAddress).Order(), hosts.Keys.Order());
        Assert.All(hosts.Values, static status => Assert.Equal(SiloStatus.Active, status));
        var placed = (await management.GetSimpleGrainStatistics().Within())
            .Where(static statistic => statistic.GrainType.Contains(nameof(PlacedGrain), StringComparison.Ordinal)).ToList();
        Assert.Equal(3, placed.Count);
        Assert.Equal(60, placed.Sum(static statistic => statistic.ActivationCount));
        Assert.Equal(60, (await management.GetDetailedGrainStatistics([placed[0].GrainType]).Within()).Length);
        var grain = _cluster.Client.GetGrain<IPlacedGrain>(_key + "0");
        Assert.Equal(await grain.Where().Within(), await management.GetActivationAddress(grain).AsTask().Within());
        await management.ForceActivationCollection(TimeSpan.Zero).Within();
        await Deadline.Until(() => PlacedGrain.Alive[_key + "0"] == 0, "the idle grain has ended");
    }

    [Behaviour(Docs.Persistence)]
    public async Task Memory_storage_is_the_same_for_all_silos_and_survives_a_join()
    {
        var grain = _cluster.Client.GetGrain<IServiceGrain>(_key);
        await grain.Store("kept").Within();
        await _cluster.StartAdditionalSiloAsync();
        await _cluster.DeactivateAsync(grain);
        Assert.Equal("kept", (await grain.Stored().Within()).Text);
    }

    private List<int> ReminderCounts() =>
        [.. _cluster.GetActiveSilos().Select(static silo => silo.ServiceProvider.GetRequiredService<LocalReminderService>().Count)];
}
