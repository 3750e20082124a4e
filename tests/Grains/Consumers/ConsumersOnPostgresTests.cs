using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Tests.Support;
using Engine.Grains.Views;
using Engine.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Grains.Tests.Consumers;

/// <summary>Eight groups of lanes, as a cluster has them.</summary>
public sealed class ConsumersOnPostgresTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Owners_of_all_groups_share_the_journal_and_hand_over_to_another_silo()
    {
        await using var postgres = await PostgresServer.StartAsync();
        var database = await postgres.CreateDatabaseAsync();
        await using var stores = new Stores(postgres: database);
        await using var elsewhere = new Stores(postgres: database);
        using var nothing = new ConsumerRegistry();
        await using (var silo = await TestSilo.StartAsync(stores, consumers: true))
        {
            var gateway = new ViewProgress(elsewhere.Views, elsewhere.Journal, silo.Grains, nothing);
            for (var i = 0; i < 24; i++) await WriteAsync(silo, i, gateway);
            var handled = 0L;
            for (var group = 0; group < 8; group++)
            {
                var status = await Until.Async(
                    () => silo.Grains.GetGrain<IConsumerGrain>($"views/{group}").GetStatusAsync(), s => s.LagCommits == 0, "caught up");
                Assert.Equal((group, 8, 1L, ""), (status.Group, status.Groups, status.Epoch, status.LastError));
                handled += status.HandledCommits;
            }

            // A conversation, a customer and an identity each.
            Assert.InRange(handled, 72, 240);
        }

        await using (var silo = await TestSilo.StartAsync(elsewhere, consumers: true))
        {
            var gateway = new ViewProgress(stores.Views, stores.Journal, silo.Grains, nothing);
            for (var i = 24; i < 32; i++) await WriteAsync(silo, i, gateway);
            Assert.Equal(2, (await silo.Grains.GetGrain<IConsumerGrain>("views/5").GetStatusAsync()).Epoch);
            var listed = await silo.Services.GetRequiredService<IListings>()
                .ListConversationsAsync(new ConversationQuery { Workspace = "shop", Limit = 100 });
            Assert.Equal(32, listed.Select(c => c.Name).Distinct().Count());
        }
    }

    private static async Task WriteAsync(TestSilo silo, int i, ViewProgress gateway)
    {
        var reply = await Inbound.ReceiveAsync(silo, Inbound.Message($"m{i}", $"carla{i}@example.com"));
        var position = reply.Position.ToLanePosition();
        Assert.True(await gateway.WaitAsync(position, Deadline, default), $"message {i} for a gateway");
        Assert.True(await silo.Services.GetRequiredService<IListings>().WaitAsync(position, Deadline, default), $"message {i} in the silo");
    }
}
