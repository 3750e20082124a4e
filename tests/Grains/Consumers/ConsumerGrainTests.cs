using System.Diagnostics.Metrics;
using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Tests.Support;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Grains.Tests.Consumers;

public sealed class ConsumerGrainTests
{
    [Fact]
    public async Task A_silo_runs_all_consumers_and_says_how_they_do()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores, consumers: true);
        var position = await WriteAsync(silo, "m0");
        Assert.True(await Listings(silo).WaitAsync(position, TimeSpan.FromMinutes(5)));
        foreach (var name in new[] { "views", "inbox", "routing" })
        {
            var status = await Until.Async(() => StatusAsync(silo, name), s => s.HandledCommits > 0 && s.LagCommits == 0, $"{name} caught up");
            Assert.Equal((name, 0, 1, 1L, ""), (status.Consumer, status.Group, status.Groups, status.Epoch, status.LastError));
            Assert.NotEmpty(status.Silo);
        }

        Assert.Equal(
            [("engine.consumer.lag", "inbox", 0L), ("engine.consumer.lag", "routing", 0L), ("engine.consumer.lag", "views", 0L)],
            Measure("engine.consumer.lag", silo).Order());
    }

    [Fact]
    public async Task An_owner_that_left_is_replaced()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores, consumers: true);
        Assert.True(await Listings(silo).WaitAsync(await WriteAsync(silo, "m0"), TimeSpan.FromMinutes(5)));
        // As another silo would, during a quarrel about who lives.
        await stores.Views.TakeAsync(LaneSet.All);
        Assert.True(await Listings(silo).WaitAsync(await WriteAsync(silo, "m1"), TimeSpan.FromMinutes(5)));
        var status = await Until.Async(() => StatusAsync(silo, "views"), s => s.Epoch == 3, "a new owner");
        Assert.Equal("", status.LastError);
    }

    [Fact]
    public async Task Two_owners_at_once_make_the_same_lists_as_one()
    {
        await using var stores = new Stores();
        await using var one = await TestSilo.StartAsync(stores, consumers: true);
        await using var other = await TestSilo.StartAsync(stores, consumers: true);
        for (var i = 0; i < 20; i++)
        {
            var silo = i % 2 == 0 ? one : other;
            Assert.True(await Listings(silo).WaitAsync(await WriteAsync(silo, $"m{i}", $"carla{i}@example.com"), TimeSpan.FromMinutes(5)), $"message {i}");
        }

        var listed = await Listings(one).ListConversationsAsync(new ConversationQuery { Workspace = "shop" });
        Assert.Equal(20, listed.Select(c => c.Name).Distinct().Count());
    }

    [Fact]
    public async Task Lists_wait_for_an_owner_in_another_process()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores, consumers: true);
        // A gateway has the stores and a client, and runs nothing itself.
        using var nothing = new ConsumerRegistry();
        var progress = new ViewProgress(stores.Views, stores.Journal, silo.Grains, nothing);
        for (var i = 0; i < 5; i++)
        {
            var position = await WriteAsync(silo, $"m{i}");
            Assert.True(await progress.WaitAsync(position, TimeSpan.FromMinutes(5), default));
            Assert.True((await stores.Views.ReadCheckpointAsync()).Covers(position));
        }

        var beyond = new LanePosition(0, long.MaxValue, 0);
        Assert.False(await progress.WaitAsync(beyond, TimeSpan.FromMilliseconds(120), default));
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(60));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => progress.WaitAsync(beyond, TimeSpan.FromMinutes(5), cancelled.Token));
    }

    [Fact]
    public async Task Views_rebuilt_from_zero_are_the_same()
    {
        await using var stores = new Stores();
        var query = new ConversationQuery { Workspace = "shop" };
        List<(string, long)> before;
        await using (var silo = await TestSilo.StartAsync(stores, consumers: true))
        {
            LanePosition last = default;
            for (var i = 0; i < 30; i++) last = await WriteAsync(silo, $"m{i}", $"carla{i % 7}@example.com");
            Assert.True(await Listings(silo).WaitAsync(last, TimeSpan.FromMinutes(5)));
            before = [.. (await stores.Views.ListConversationsAsync(query)).Select(r => (r.Id, r.Version))];
        }

        Assert.Equal(7, before.Count);
        await stores.DeleteViewsAsync();
        Assert.Empty(await stores.Views.ListConversationsAsync(query));
        await using (var silo = await TestSilo.StartAsync(stores, consumers: true))
        {
            var end = (await stores.Journal.ReadEndAsync())[0];
            Assert.True(await Listings(silo).WaitAsync(end, TimeSpan.FromMinutes(5)));
        }

        Assert.Equal(before, (await stores.Views.ListConversationsAsync(query)).Select(r => (r.Id, r.Version)));
    }

    private static IListings Listings(TestSilo silo) => silo.Services.GetRequiredService<IListings>();

    private static Task<ConsumerStatus> StatusAsync(TestSilo silo, string name) =>
        silo.Grains.GetGrain<IConsumerGrain>($"{name}/0").GetStatusAsync();

    private static async Task<LanePosition> WriteAsync(TestSilo silo, string text, string address = "carla@example.com") =>
        (await Inbound.ReceiveAsync(silo, Inbound.Message(text, address))).Position.ToLanePosition();

    private static List<(string, string?, long)> Measure(string name, TestSilo silo)
    {
        var measured = new List<(string, string?, long)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == name && instrument.Meter.Scope == silo.Services.GetService<IMeterFactory>()) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "engine.consumer") measured.Add((instrument.Name, tag.Value as string, value));
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return measured;
    }
}
