using System.Text;
using Engine.Grains.Journal;
using Engine.Grains.Views;

namespace Engine.Storage.Tests.Contracts;

public abstract class ViewStoreContract : StoreContract
{
    private protected static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private protected IViewStore Views => Store.Views;

    [Fact]
    public async Task Apply_Changes_MovesTheCheckpointWithThem()
    {
        Assert.Equal(JournalPosition.Start, await Views.ReadCheckpointAsync());
        await Apply(JournalPosition.At(0, 7), new ViewChange.PutConversation(Conversation("c-1")));
        await Store.ReopenAsync();
        Assert.Equal(JournalPosition.At(0, 7), await Views.ReadCheckpointAsync());
        Assert.Single(await List(new ConversationQuery { Workspace = "shop" }));
    }

    [Fact]
    public async Task PutConversation_RoundTripsEveryField()
    {
        var row = new ConversationRow(
            "shop", "c-1", 3, "customer-1", "agent-1", 2, "whatsapp", ["vip", "", "größe ☃"], Noon.AddTicks(-12_345),
            Noon.AddTicks(1), Encoding.UTF8.GetBytes("summary"), Encoding.UTF8.GetBytes("sealed"), "returns");
        await Apply(new ViewChange.PutConversation(row));
        var read = Assert.Single(await List(new ConversationQuery { Workspace = "shop" }));
        Assert.Equal(row.Tags, read.Tags);
        Assert.Equal(row.Summary.ToArray(), read.Summary.ToArray());
        Assert.Equal(row.Details!.Value.ToArray(), read.Details!.Value.ToArray());
        Assert.Equal(row with { Tags = [], Summary = default, Details = null }, read with { Tags = [], Summary = default, Details = null });
    }

    [Fact]
    public async Task PutConversation_OlderOrSameVersion_IsIgnoredAndNewerReplaces()
    {
        await Apply(new ViewChange.PutConversation(Conversation("c-1", version: 5, status: 1, tags: ["a"])));
        await Apply(new ViewChange.PutConversation(Conversation("c-1", version: 4, status: 2, tags: ["b"])));
        await Apply(new ViewChange.PutConversation(Conversation("c-1", version: 5, status: 3, tags: ["c"])));
        Assert.Equal(1, Assert.Single(await List(new ConversationQuery { Workspace = "shop" })).Status);
        Assert.Empty(await List(new ConversationQuery { Workspace = "shop", Tag = "b" }));

        await Apply(new ViewChange.PutConversation(Conversation("c-1", version: 6, status: 4, tags: ["d", "a"], time: Noon.AddHours(1))));
        Assert.Equal(4, Assert.Single(await List(new ConversationQuery { Workspace = "shop", Tag = "d" })).Status);
        await Apply(new ViewChange.PutConversation(Conversation("c-1", version: 7, tags: ["d"], time: Noon.AddHours(2))));
        Assert.Empty(await List(new ConversationQuery { Workspace = "shop", Tag = "a" }));
        Assert.Single(await List(new ConversationQuery { Workspace = "shop", Tag = "d" }));
    }

    [Fact]
    public async Task PutConversation_DetailsNull_KeepsWhatIsStored()
    {
        await Apply(new ViewChange.PutConversation(Conversation("c-1", version: 1) with { Details = null }));
        Assert.Null(Assert.Single(await List(new ConversationQuery { Workspace = "shop" })).Details);
        await Apply(new ViewChange.PutConversation(Conversation("c-1", version: 2) with { Details = new byte[] { 1, 2, 3 } }));
        await Apply(new ViewChange.PutConversation(Conversation("c-1", version: 3) with { Details = null }));
        var row = Assert.Single(await List(new ConversationQuery { Workspace = "shop" }));
        Assert.Equal(3, row.Version);
        Assert.Equal([1, 2, 3], row.Details!.Value.ToArray());
        await Apply(new ViewChange.PutConversation(Conversation("c-1", version: 4) with { Details = Array.Empty<byte>() }));
        Assert.Empty(Assert.Single(await List(new ConversationQuery { Workspace = "shop" })).Details!.Value.ToArray());
    }

    [Fact]
    public async Task PutPerson_OlderIsIgnored_ListsAreById()
    {
        await Apply(
            new ViewChange.PutCustomer(Person("b", 2, "new")), new ViewChange.PutCustomer(Person("b", 1, "old")),
            new ViewChange.PutCustomer(Person("a", 1, "a")), new ViewChange.PutCustomer(Person("c", 1, "c")),
            new ViewChange.PutCustomer(Person("a", 1, "a") with { Workspace = "shop-2" }),
            new ViewChange.PutAgent(Person("z", 2, "new")), new ViewChange.PutAgent(Person("z", 1, "old")),
            new ViewChange.PutAgent(Person("y", 1, "y")));
        var customers = await Views.ListCustomersAsync("shop", "", 10);
        Assert.Equal(["a", "b", "c"], customers.Select(c => c.Id));
        Assert.Equal("new", Encoding.UTF8.GetString(customers[1].Payload.Span));
        Assert.Equal(["b"], (await Views.ListCustomersAsync("shop", "a", 1)).Select(c => c.Id));
        Assert.Empty(await Views.ListCustomersAsync("shop", "c", 10));
        var agents = await Views.ListAgentsAsync("shop", "", 10);
        Assert.Equal(["y", "z"], agents.Select(a => a.Id));
        Assert.Equal("new", Encoding.UTF8.GetString(agents[1].Payload.Span));
        Assert.Equal(Noon, agents[1].UpdateTime);
        Assert.Equal(2, agents[1].Version);
    }

    [Fact]
    public async Task Timeline_PagesBackwardsAlsoAtEqualTimes()
    {
        var places = Enumerable.Range(0, 40)
            .Select(i => new TimelinePlace(Noon.AddSeconds(i / 8), $"c-{i % 4}", 1 + (i / 4)))
            .ToArray();
        await Apply([.. places.Select(p => new ViewChange.AddToTimeline("shop", "p-1", new TimelineRow(p)))]);
        await Apply(
            new ViewChange.AddToTimeline("shop", "p-1", new TimelineRow(places[0])),
            new ViewChange.AddToTimeline("shop", "p-2", new TimelineRow(places[0])),
            new ViewChange.AddToTimeline("shop-2", "p-1", new TimelineRow(places[0])));
        var expected = places.OrderByDescending(p => p.Time).ThenByDescending(p => p.Conversation, StringComparer.Ordinal)
            .ThenByDescending(p => p.Version).ToArray();

        var seen = new List<TimelinePlace>();
        for (TimelinePlace? before = null; ;)
        {
            var page = await Views.ListTimelineAsync("shop", "p-1", before, 7);
            seen.AddRange(page.Select(r => r.Place));
            if (page.Count < 7) break;
            before = seen[^1];
        }

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task EraseCustomer_LeavesStructureAndNoByteOfTheRest()
    {
        var random = new Random(5);
        var marks = new Dictionary<string, List<byte[]>>();
        byte[] Mark(string customer)
        {
            var mark = Unique(16);
            (marks.TryGetValue(customer, out var known) ? known : marks[customer] = []).Add(mark);
            return [.. mark, .. new byte[random.Next(700)], .. mark];
        }

        // Rows change their size and place many times before, as in life.
        for (var round = 1; round <= 4; round++)
        {
            var changes = new List<ViewChange>();
            for (var i = 0; i < 150; i++)
            {
                var customer = $"p-{i}";
                changes.Add(new ViewChange.PutCustomer(Person(customer, round, "") with { Payload = Mark(customer) }));
                changes.Add(new ViewChange.PutConversation(
                    Conversation($"c-{i}", version: round, customer: customer) with { Details = Mark(customer), Summary = new byte[random.Next(300)] }));
                changes.Add(new ViewChange.AddToTimeline("shop", customer, new TimelineRow(new TimelinePlace(Noon, $"c-{i}", round))));
            }

            await Apply([.. changes]);
        }

        var erased = Enumerable.Range(0, 150).Where(i => i % 4 == 1).Select(i => $"p-{i}").ToArray();
        foreach (var customer in erased) await Apply(new ViewChange.EraseCustomer("shop", customer));

        var customers = await Views.ListCustomersAsync("shop", "", 1_000);
        Assert.Equal(150 - erased.Length, customers.Count);
        Assert.All(customers, c => Assert.DoesNotContain(c.Id, erased));
        Assert.All(customers, c => Assert.Equal(marks[c.Id][^2], c.Payload[..16].ToArray()));
        var conversations = await List(new ConversationQuery { Workspace = "shop", Limit = 1_000 });
        Assert.Equal(150, conversations.Count);
        Assert.All(conversations, c => Assert.Equal(erased.Contains(c.Customer), c.Details is null));
        Assert.Empty(await Views.ListTimelineAsync("shop", erased[0], null, 10));
        Assert.Equal(4, (await Views.ListTimelineAsync("shop", "p-0", null, 10)).Count);

        if (Store.CountHeld(customers.Select(c => marks[c.Id][^1])) is not { } held) return;
        Assert.Equal(customers.Count, held);
        Assert.Equal(0, Store.CountHeld(erased.SelectMany(id => marks[id])));
        await Apply(new ViewChange.EraseCustomer("shop", erased[0]), new ViewChange.EraseCustomer("shop", "unknown"));
    }

    [Fact]
    public async Task EraseConversation_AfterOlderChangesCameBack_ErasesThemAgain()
    {
        var place = new TimelineRow(new TimelinePlace(Noon, "c-1", 1));
        await Apply(new ViewChange.PutCustomer(Person("p-1", 1, "p")), new ViewChange.EraseCustomer("shop", "p-1"));
        var marks = new[] { Unique(16), Unique(16) };
        // The customer's lane was ahead: these are of before the erasure.
        await Apply(
            new ViewChange.PutConversation(Conversation("c-1", version: 1, customer: "p-1") with { Details = marks[0] }),
            new ViewChange.PutConversation(Conversation("c-2", version: 1, customer: "p-1") with { Details = marks[1] }),
            new ViewChange.AddToTimeline("shop", "p-1", place),
            new ViewChange.AddToTimeline("shop", "p-1", new TimelineRow(place.Place with { Conversation = "c-2" })));

        await Apply(
            new ViewChange.AddToTimeline("shop", "p-1", new TimelineRow(place.Place with { Version = 2 })),
            new ViewChange.EraseConversation("shop", "p-1", "c-1"),
            new ViewChange.PutConversation(Conversation("c-1", version: 3, customer: "p-1")));
        var conversations = await List(new ConversationQuery { Workspace = "shop" });
        Assert.Equal([(3L, true), (1L, false)], conversations.OrderBy(c => c.Id).Select(c => (c.Version, c.Details is null)));
        Assert.Equal("c-2", Assert.Single(await Views.ListTimelineAsync("shop", "p-1", null, 10)).Place.Conversation);
        if (Store.CountHeld([marks[1]]) is not { } held) return;
        Assert.Equal(1, held);
        Assert.Equal(0, Store.CountHeld([marks[0]]));
    }

    [Fact]
    public async Task Apply_AsABatch_IsOneTransaction()
    {
        var wrong = Conversation("c-2") with { Customer = null! };
        await Assert.ThrowsAsync<JournalUnavailableException>(() => Apply(
            JournalPosition.At(0, 3), new ViewChange.PutConversation(Conversation("c-1")), new ViewChange.PutConversation(wrong)));
        Assert.Empty(await List(new ConversationQuery { Workspace = "shop" }));
        Assert.Equal(JournalPosition.Start, await Views.ReadCheckpointAsync());
        await Apply(new ViewChange.PutConversation(Conversation("c-3")));
        Assert.Single(await List(new ConversationQuery { Workspace = "shop" }));
    }

    [Fact]
    public async Task Take_ByASecondOwner_LetsTheFirstApplyNothingMore()
    {
        var lanes = new LaneSet(0, Store.Journal.ConsumerGroups);
        var first = await Views.TakeAsync(lanes);
        Assert.Equal(JournalPosition.Start, first.Position);
        Assert.True(await Views.ApplyAsync([new ViewChange.PutConversation(Conversation("c-1"))], first with { Position = JournalPosition.At(0, 5) }));

        await Store.ReopenAsync();
        var second = await Views.TakeAsync(lanes);
        Assert.True(second.Epoch > first.Epoch);
        Assert.All(lanes.Lanes, lane => Assert.Equal(new LanePosition(lane, 0, 5), second.Position[lane]));
        Assert.False(await Views.ApplyAsync([new ViewChange.PutConversation(Conversation("c-2"))], first with { Position = JournalPosition.At(0, 9) }));
        Assert.Equal("c-1", Assert.Single(await List(new ConversationQuery { Workspace = "shop" })).Id);
        Assert.Equal(5, (await Views.ReadCheckpointAsync())[lanes.Group].Sequence);

        Assert.True(await Views.ApplyAsync([new ViewChange.PutConversation(Conversation("c-2"))], second with { Position = JournalPosition.At(0, 7) }));
        Assert.Equal(2, (await List(new ConversationQuery { Workspace = "shop" })).Count);
        Assert.Equal(7, (await Views.ReadCheckpointAsync())[lanes.Group].Sequence);
    }

    [Fact]
    public async Task Checkpoints_OfGroups_MoveAlone()
    {
        var groups = Store.Journal.ConsumerGroups;
        var position = JournalPosition.Start;
        for (var group = 0; group < groups; group++)
        {
            var taken = await Views.TakeAsync(new LaneSet(group, groups));
            var moved = JournalPosition.At(3, 10 + group);
            Assert.True(await Views.ApplyAsync([], taken with { Position = moved }));
            foreach (var lane in taken.Lanes.Lanes) position = position.With(moved[lane]);
            Assert.Equal(position, await Views.ReadCheckpointAsync());
        }

        await Store.ReopenAsync();
        Assert.Equal(position, await Views.ReadCheckpointAsync());
    }

    private protected static ConversationRow Conversation(
        string id, long version = 1, string customer = "customer-1", string assignee = "", int status = 1, string channel = "web",
        string[]? tags = null, DateTimeOffset? time = null) =>
        new("shop", id, version, customer, assignee, status, channel, tags ?? [], Noon, time ?? Noon, Encoding.UTF8.GetBytes(id), null);

    private protected static PersonRow Person(string id, long version, string payload) =>
        new("shop", id, version, Noon, Encoding.UTF8.GetBytes(payload));

    private protected Task Apply(params ViewChange[] changes) => Apply(JournalPosition.Start, changes);

    /// <summary>As the owner of all lanes.</summary>
    private protected async Task Apply(JournalPosition position, params ViewChange[] changes)
    {
        for (var group = 0; group < Store.Journal.ConsumerGroups; group++)
        {
            var taken = await Views.TakeAsync(new LaneSet(group, Store.Journal.ConsumerGroups));
            Assert.True(await Views.ApplyAsync(group == 0 ? changes : [], taken with { Position = position }));
        }
    }

    private protected Task<IReadOnlyList<ConversationRow>> List(ConversationQuery query) => Views.ListConversationsAsync(query);
}
