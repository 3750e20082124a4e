using Engine.Grains.Tests.Routing.Support;
using Engine.Testing.Postgres;
using Engine.V1;

namespace Engine.Grains.Tests.Routing;

/// <summary>Eight groups of lanes: news of conversations and agents come in any order.</summary>
public sealed class RoutingOnPostgresTests
{
    [Fact]
    public async Task A_backlog_drains_by_two_queues_within_everybodys_capacity_and_survives_its_silo()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var shop = await Shop.OpenAsync(
            [new() { Name = "queues/care" }, new() { Name = "queues/sales" }], postgres: await postgres.CreateDatabaseAsync());
        var conversations = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => shop.AskAsync(i % 3 == 0 ? "sales" : "care")));
        await shop.UntilStatusAsync(s => s.WaitingCount == 40, "care waits");
        await shop.HireAsync("ana", 100, Presence.Online, "care", "sales");
        await shop.HireAsync("bo", 200, Presence.Online, "sales", "care");
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 10, "ana is full");
        await shop.UntilInboxAsync("bo", i => i.Entries.Count == 20, "bo is full");
        await shop.RestartAsync();

        var waiting = (await shop.UntilStatusAsync(s => s.OnlineAgentCount == 2, "back")).WaitingCount
            + (await shop.UntilStatusAsync(s => s.OnlineAgentCount == 2, "back", "sales")).WaitingCount;
        Assert.Equal(30, waiting);
        await shop.HireAsync("cy", 1_000, Presence.Online, "care", "sales");
        foreach (var conversation in conversations) await shop.UntilAssignedAsync(conversation);
        Assert.Equal(100, await shop.HighestLoadAsync("ana"));
        Assert.Equal(200, await shop.HighestLoadAsync("bo"));
        await shop.UntilInboxAsync("cy", i => i.Entries.Count == 30 && i.LoadUnits == 300, "the rest");
        Assert.Equal(0, (await shop.StatusAsync()).ReconciledCount + (await shop.StatusAsync("sales")).ReconciledCount);
    }
}
