using Engine.Grains.Catalogs;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.Testing.Postgres;
using Engine.V1;
using Microsoft.Extensions.DependencyInjection;
using static Engine.Grains.Tests.Catalogs.Rules;

namespace Engine.Grains.Tests.Catalogs;

public sealed class CatalogGrainTests
{
    [Fact]
    public async Task A_repeated_request_is_answered_alike_and_done_once()
    {
        await using var stores = new Stores();
        CatalogReply first;
        await using (var silo = await TestSilo.StartAsync(stores))
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Catalog(silo).CreateSlaPolicyAsync(CreatePolicy("gold"), Callers.Admin)));
            first = Assert.Single(replies.Distinct());
            Assert.Equal("slaPolicies/gold", first.Result.SlaPolicy.Name);
            var reused = await Catalog(silo).CreateSlaPolicyAsync(CreatePolicy("silver", request: "create-gold"), Callers.Admin);
            Assert.Equal("REQUEST_ID_REUSED", reused.Rejection.Reason);
        }

        await using (var silo = await TestSilo.StartAsync(stores))
        {
            Assert.Equal(first, await Catalog(silo).CreateSlaPolicyAsync(CreatePolicy("gold"), Callers.Admin));
            var read = (await Catalog(silo).ReadAsync(new ReadCatalogRequest())).Result;
            Assert.Equal((1, 1), ((int)read.Version, read.SlaPolicies.Count));
            Assert.Null((await Catalog(silo).ReadAsync(new ReadCatalogRequest { KnownVersion = 1 })).Result);
            Assert.Equal("v0", (await Catalog(silo, "shop-2").ReadAsync(new ReadCatalogRequest { KnownVersion = -1 })).Result.Routing.Etag);
        }
    }

    [Fact]
    public async Task Older_versions_are_read_after_restarts_and_snapshots()
    {
        await using var stores = new Stores();
        await ReadOlderAsync(stores);
    }

    [Fact]
    public async Task Older_versions_are_read_on_PostgreSQL_too()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var stores = new Stores(postgres: await postgres.CreateDatabaseAsync());
        await ReadOlderAsync(stores);
    }

    [Fact]
    public async Task Catalogs_of_many_workspaces_are_remembered_up_to_a_limit()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(
            stores, configure: s => s.Services.Configure<CatalogOptions>(o => o.WorkspacesMax = 20));
        await Catalog(silo).CreateQueueAsync(CreateQueue("returns"), Callers.Admin);
        var catalogs = silo.Services.GetRequiredService<ICatalogs>();
        Assert.Equal("queues/returns", (await catalogs.GetAsync("shop")).QueueById["returns"].Name);
        for (var i = 0; i < 100; i++)
        {
            Assert.Same(WorkspaceCatalog.None, await catalogs.GetAsync($"other-{i}"));
            Assert.InRange(((SiloCatalogs)catalogs).Count, 1, 20);
        }

        Assert.Equal(1, (await catalogs.GetAsync("shop", versionMin: 1)).Version);
    }

    private static async Task ReadOlderAsync(Stores stores)
    {
        const int Updates = 300;
        await using (var silo = await TestSilo.StartAsync(stores))
        {
            await Catalog(silo).CreateCalendarAsync(CreateCalendar("hours"), Callers.Admin);
            await Catalog(silo).CreateSlaPolicyAsync(CreatePolicy("gold", Policy("calendars/hours")), Callers.Admin);
            for (var i = 2; i <= Updates; i++)
            {
                var policy = new SlaPolicy { Name = "slaPolicies/gold", Rank = i };
                var reply = await Catalog(silo).UpdateSlaPolicyAsync(
                    new UpdateSlaPolicyRequest { RequestId = $"update-{i}", SlaPolicy = policy, UpdateMask = Mask("rank") }, Callers.Admin);
                Assert.Equal(i, reply.Result.SlaPolicy.Version);
            }

            await Catalog(silo).DeleteSlaPolicyAsync(new DeleteSlaPolicyRequest { RequestId = "delete", Name = "slaPolicies/gold" }, Callers.Admin);
        }

        await using (var silo = await TestSilo.StartAsync(stores))
        {
            var request = new ReadRulesRequest();
            foreach (var version in new[] { 2, 150, Updates, Updates + 1 })
                request.Rules.Add(new SlaRules { Policy = "slaPolicies/gold", PolicyVersion = version, Calendar = "calendars/hours", CalendarVersion = 1 });
            request.Rules.Add(new SlaRules());
            var reply = await Catalog(silo).ReadRulesAsync(request);
            Assert.Equal([2, 150, Updates], reply.SlaPolicies.Select(p => p.Rank).Order());
            Assert.Equal("calendars/hours", Assert.Single(reply.Calendars).Name);

            var catalogs = silo.Services.GetRequiredService<ICatalogs>();
            Assert.Empty((await catalogs.GetAsync("shop")).Sla.Ranked);
            Assert.Equal(150, (await catalogs.GetAsync("shop", request.Rules[1])).Sla.Policy(request.Rules[1])!.Rank);
        }
    }

    private static ICatalogGrain Catalog(TestSilo silo, string workspace = Callers.Workspace) =>
        silo.Grains.GetGrain<ICatalogGrain>(CatalogNames.KeyOf(workspace));
}
