using System.Text;
using Engine.Grains.Journal;
using Engine.Grains.Views;

namespace Engine.Storage.Tests.Contracts;

/// <summary>What routing and promises read: who waits, who is there, what became of what was promised.</summary>
public abstract class PromiseViewContract : StoreContract
{
    private const int Open = 1;
    private const int Pending = 2;
    private const int Resolved = 4;
    private const int Closed = 5;
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private IViewStore Views => Store.Views;

    [Fact]
    public async Task ListWaiting_HoldsWhatIsOpenAndNobodys_ById()
    {
        await Apply(
            Put("c-3", Open, "", "returns"), Put("c-1", Open, "", "returns"), Put("c-2", Open, "", "returns"),
            Put("c-4", Open, "a-1", "returns"), Put("c-5", Pending, "", "returns"), Put("c-6", Open, "", "orders"),
            Put("c-7", Open, "", ""), new ViewChange.PutConversation(Row("c-0", Open, "", "returns") with { Workspace = "shop-2" }));
        Assert.Equal(["c-1", "c-2", "c-3"], (await Waiting("returns", "", 10)).Select(r => r.Id));
        Assert.Equal(["c-2"], (await Waiting("returns", "c-1", 1)).Select(r => r.Id));
        var row = Assert.Single(await Waiting("orders", "", 10));
        Assert.Equal(("c-6", "orders", "c-6"), (row.Id, row.Queue, Encoding.UTF8.GetString(row.Summary.Span)));

        // Given to somebody, and moved to another queue.
        await Apply(
            new ViewChange.PutConversation(Row("c-1", Open, "a-1", "returns") with { Version = 2 }),
            new ViewChange.PutConversation(Row("c-2", Open, "", "orders") with { Version = 2 }));
        Assert.Equal(["c-3"], (await Waiting("returns", "", 10)).Select(r => r.Id));
        Assert.Equal(["c-2", "c-6"], (await Waiting("orders", "", 10)).Select(r => r.Id));
    }

    [Fact]
    public async Task ListLive_HoldsWhatIsNeitherResolvedNorClosed_ById()
    {
        await Apply([.. Enumerable.Range(0, 50).Select(i => Put($"c-{i:00}", 1 + (i % 5), i % 3 == 0 ? "a" : "", i % 2 == 0 ? "" : "q"))]);
        var expected = Enumerable.Range(0, 50).Where(i => 1 + (i % 5) is not (Resolved or Closed)).Select(i => $"c-{i:00}").ToArray();
        var seen = new List<string>();
        while (true)
        {
            var page = await Views.ListLiveAsync("shop", seen.Count > 0 ? seen[^1] : "", 7);
            seen.AddRange(page);
            if (page.Count < 7) break;
        }

        Assert.Equal(expected, seen);
        Assert.Empty(await Views.ListLiveAsync("shop-2", "", 7));
    }

    [Fact]
    public async Task ListCreated_PagesNewestFirst_AlsoAtEqualTimes()
    {
        var rows = Enumerable.Range(0, 60).Select(i => Row($"c-{i:00}", 1 + (i % 5), "", "") with { CreateTime = Noon.AddMinutes(i * 7 % 12) }).ToArray();
        await Apply([.. rows.Select(r => new ViewChange.PutConversation(r))]);
        var (from, to) = (Noon.AddMinutes(2), Noon.AddMinutes(9));
        var expected = rows.Where(r => r.CreateTime >= from && r.CreateTime < to)
            .OrderByDescending(r => r.CreateTime).ThenBy(r => r.Id, StringComparer.Ordinal).Select(r => r.Id).ToArray();
        var seen = new List<CreatedRow>();
        while (true)
        {
            var page = await Views.ListCreatedAsync("shop", from, to, seen.Count > 0 ? seen[^1] : null, 4);
            seen.AddRange(page);
            if (page.Count < 4) break;
        }

        Assert.Equal(expected, seen.Select(r => r.Id));
        Assert.Equal(35, seen.Count);
    }

    [Fact]
    public async Task PutAgent_WithoutRouting_KeepsWhatIsStored()
    {
        await Apply(Agent("a-1", 1, null), Agent("a-2", 1, "old"), Agent("a-2", 2, null), Agent("a-3", 5, "new"), Agent("a-3", 4, "older"));
        await Apply(Agent("a-2", 3, null), Agent("a-3", 3, "oldest"));
        Assert.Equal(
            [("a-1", 1, null), ("a-2", 3, "old"), ("a-3", 5, "new")],
            (await Views.ListAgentRoutingAsync("shop", "", 10)).Select(r => (r.Id, r.Version, Text(r))));
        Assert.Equal(["a-2"], (await Views.ListAgentRoutingAsync("shop", "a-1", 1)).Select(r => r.Id));
        await Apply(Agent("a-1", 2, "now"), Agent("a-2", 4, "then"), Agent("a-2", 5, null));
        Assert.Equal(["now", "then", "new"], (await Views.ListAgentRoutingAsync("shop", "", 10)).Select(Text));
    }

    [Fact]
    public async Task ReportSla_CountsEachNoticeOnce_InItsPeriodAndQueue()
    {
        var changes = new List<ViewChange>();
        for (var i = 0; i < 40; i++)
        {
            changes.Add(new ViewChange.AddSlaOutcome(new SlaOutcomeRow(
                "shop", $"c-{i % 4}", i, 2, Noon.AddMinutes(i), i % 2 == 0 ? "q" : "", i % 10 == 0 ? "slaPolicies/a" : "slaPolicies/b", 1 + (i % 2), 1 + (i % 3), i)));
        }

        changes.Add(new ViewChange.AddSlaOutcome(((ViewChange.AddSlaOutcome)changes[0]).Row with { Workspace = "shop-2" }));
        // Two notices of one commit at one instant are two.
        changes.Add(new ViewChange.AddSlaOutcome(((ViewChange.AddSlaOutcome)changes[5]).Row with { Place = 3, Metric = 3 }));
        await Apply([.. changes]);
        await Apply([.. changes]);

        var all = await Report(0, 60, null);
        Assert.Equal(41, all.Outcomes.Sum(o => o.Count));
        Assert.Equal(4, all.Outcomes.Where(o => o.Policy == "slaPolicies/a").Sum(o => o.Count));
        Assert.Equal(1, all.Outcomes.Single(o => o.Metric == 3).Count);
        Assert.Equal(all.Outcomes.OrderBy(o => o.Policy, StringComparer.Ordinal).ThenBy(o => o.Metric).ThenBy(o => o.Kind), all.Outcomes);
        Assert.Equal(10, (await Report(10, 20, null)).Outcomes.Sum(o => o.Count));
        Assert.Equal(5, (await Report(10, 20, "q")).Outcomes.Sum(o => o.Count));
        Assert.Empty((await Report(10, 20, "z")).Outcomes);
        Assert.Equal(new PromiseFigures(0, 0, 0, 0, 0), all.Promises);
    }

    [Fact]
    public async Task ReportSla_CountsAnswersToWhoWasToldATime()
    {
        await Apply(
            Promise(0, "q", answered: true, likely: true, latest: true),
            Promise(1, "q", answered: true, latest: true, revised: true, inRevised: true),
            Promise(2, "", answered: true, revised: true),
            Promise(3, "q", answered: false),
            Promise(4, "q", answered: true),
            Promise(4, "q", answered: true),
            // Nothing else is erased by it.
            new ViewChange.EraseCustomer("shop", "customer-1"));
        Assert.Equal(new PromiseFigures(4, 1, 2, 2, 1), (await Report(0, 60, null)).Promises);
        Assert.Equal(new PromiseFigures(3, 1, 2, 1, 1), (await Report(0, 60, "q")).Promises);
        Assert.Equal(new PromiseFigures(1, 0, 1, 1, 1), (await Report(1, 2, "q")).Promises);
    }

    [Fact]
    public async Task Lists_LimitOutOfRange_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Views.ListWaitingAsync("shop", "q", "", 1_001));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Views.ListLiveAsync("shop", "", 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Views.ListCreatedAsync("shop", Noon, Noon, null, 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Views.ListAgentRoutingAsync("shop", "", 1_001));
    }

    private static ConversationRow Row(string id, int status, string assignee, string queue) => new(
        "shop", id, 1, "customer-1", assignee, status, "web", [], Noon, Noon, Encoding.UTF8.GetBytes(id), null, queue);

    private static ViewChange.PutConversation Put(string id, int status, string assignee, string queue) =>
        new ViewChange.PutConversation(Row(id, status, assignee, queue));

    private static ViewChange.PutAgent Agent(string id, long version, string? routing) => new ViewChange.PutAgent(
        new PersonRow("shop", id, version, Noon, new byte[] { 1 }),
        routing is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(routing));

    private static string? Text(AgentRoutingRow row) => row.Routing is { } routing ? Encoding.UTF8.GetString(routing.Span) : null;

    private static ViewChange.AddPromiseOutcome Promise(
        int minute, string queue, bool answered, bool likely = false, bool latest = false, bool revised = false, bool inRevised = false) =>
        new ViewChange.AddPromiseOutcome(new PromiseOutcomeRow(
            "shop", "c-1", 1 + minute, 0, Noon.AddMinutes(minute), queue, 1, answered, likely, latest, revised, inRevised));

    private Task<IReadOnlyList<ConversationRow>> Waiting(string queue, string afterId, int limit) =>
        Views.ListWaitingAsync("shop", queue, afterId, limit);

    private Task<SlaFigures> Report(int fromMinute, int toMinute, string? queue) =>
        Views.ReportSlaAsync("shop", Noon.AddMinutes(fromMinute), Noon.AddMinutes(toMinute), queue);

    private async Task Apply(params ViewChange[] changes)
    {
        var taken = await Views.TakeAsync(new LaneSet(0, Store.Journal.ConsumerGroups));
        Assert.True(await Views.ApplyAsync(changes, taken));
    }
}
