using Engine.Grains.Journal;
using Engine.Grains.Views;

namespace Engine.Storage.Tests.Contracts;

/// <summary>Conversation lists against a plain filter in memory: every combination of filters, all pages.</summary>
public abstract class ConversationListContract : StoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task List_AnyFilter_PagesAsTheFilterInMemory(int limit)
    {
        var random = new Random(20_261_127);
        var rows = Enumerable.Range(0, 300).Select(i => Row(random, i)).ToArray();
        var taken = await Store.Views.TakeAsync(new LaneSet(0, Store.Journal.ConsumerGroups));
        Assert.True(await Store.Views.ApplyAsync([.. rows.Select(r => new ViewChange.PutConversation(r))], taken));

        for (var i = 0; i < (limit == 1 ? 20 : 150); i++)
        {
            var query = Query(random) with { Limit = limit };
            var expected = rows.Where(r => Matches(r, query))
                .OrderByDescending(r => r.UpdateTime).ThenBy(r => r.Id, StringComparer.Ordinal).Select(r => r.Id).ToArray();
            Assert.Equal(expected, await AllPages(query));
        }
    }

    [Fact]
    public async Task List_LimitOrStatusOutOfRange_IsRefused()
    {
        var query = new ConversationQuery { Workspace = "shop" };
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.Views.ListConversationsAsync(query with { Limit = 0 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.Views.ListConversationsAsync(query with { Limit = 1_001 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.Views.ListConversationsAsync(query with { Statuses = [64] }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.Views.ListCustomersAsync("shop", "", 1_001));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.Views.ListTimelineAsync("shop", "p", null, 0));
    }

    private static ConversationRow Row(Random random, int i) => new(
        random.Next(10) == 0 ? "shop-2" : "shop", $"c-{i:000}", 1, $"p-{random.Next(8)}", random.Next(3) == 0 ? "" : $"a-{random.Next(4)}",
        random.Next(1, 6), random.Next(2) == 0 ? "web" : "whatsapp",
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => $"t-{random.Next(5)}").Distinct()],
        // Few different times: pages break in the middle of equal ones.
        Noon, Noon.AddMinutes(random.Next(12)), default, null, random.Next(2) == 0 ? "" : $"q-{random.Next(3)}");

    private static ConversationQuery Query(Random random) => new()
    {
        Workspace = "shop",
        Customer = random.Next(3) == 0 ? $"p-{random.Next(8)}" : null,
        Assignee = random.Next(3) == 0 ? (random.Next(2) == 0 ? "" : $"a-{random.Next(4)}") : null,
        Statuses = random.Next(2) == 0 ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 6))] : [],
        Tag = random.Next(3) == 0 ? $"t-{random.Next(5)}" : null,
        Channel = random.Next(3) == 0 ? "whatsapp" : null,
        Queue = random.Next(3) == 0 ? $"q-{random.Next(3)}" : null,
        UpdatedSince = random.Next(4) == 0 ? Noon.AddMinutes(random.Next(6)) : null,
        UpdatedBefore = random.Next(4) == 0 ? Noon.AddMinutes(random.Next(4, 12)) : null,
    };

    private static bool Matches(ConversationRow row, ConversationQuery query) =>
        row.Workspace == query.Workspace
        && (query.Customer is null || row.Customer == query.Customer)
        && (query.Assignee is null || row.Assignee == query.Assignee)
        && (query.Statuses.Count == 0 || query.Statuses.Contains(row.Status))
        && (query.Tag is null || row.Tags.Contains(query.Tag))
        && (query.Channel is null || row.Channel == query.Channel)
        && (query.Queue is null || row.Queue == query.Queue)
        && (query.UpdatedSince is null || row.UpdateTime >= query.UpdatedSince)
        && (query.UpdatedBefore is null || row.UpdateTime < query.UpdatedBefore);

    private async Task<List<string>> AllPages(ConversationQuery query)
    {
        var ids = new List<string>();
        while (true)
        {
            var page = await Store.Views.ListConversationsAsync(query);
            Assert.InRange(page.Count, 0, query.Limit);
            ids.AddRange(page.Select(r => r.Id));
            if (page.Count < query.Limit) return ids;
            query = query with { After = (page[^1].UpdateTime, page[^1].Id) };
        }
    }
}
