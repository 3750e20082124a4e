using System.Globalization;
using Engine.Grains.Journal;
using Engine.Grains.Views;
using Engine.Storage.Postgres.Views;
using Engine.Storage.Tests.Support;
using Npgsql;

namespace Engine.Storage.Tests.Postgres;

/// <summary>What the read models on PostgreSQL promise beyond the contract: plans, and owners that do not get in each other's way.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresViewTests(SharedPostgres postgres)
{
    private const int Groups = 8;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_list_is_read_from_an_index_in_its_order()
    {
        await using var store = await postgres.OpenAsync();
        await using var connection = await store.Storage.Database.Source.OpenConnectionAsync();
        await FillAsync(connection);
        var query = new ConversationQuery { Workspace = "shop-1" };
        var after = (Noon, "c-5");
        foreach (var (list, index) in new (NpgsqlCommand, string)[]
        {
            (PostgresPromiseViews.ListWaiting(connection, "shop-1", "q-3", "c-5", 100), "view_conversations_waiting"),
            (PostgresPromiseViews.ListLive(connection, "shop-1", "c-5", 1_000), "view_conversations_live"),
            (PostgresPromiseViews.ListCreated(connection, "shop-1", Noon.AddDays(-9), Noon, null, 1_000), "view_conversations_created"),
            (PostgresPromiseViews.ListCreated(connection, "shop-1", Noon.AddDays(-9), Noon, new CreatedRow(Noon, "c"), 1_000), "view_conversations_created"),
            (PostgresPromiseViews.CountOutcomes(connection, "shop-1", Noon, Noon.AddHours(1), "q-3"), "view_sla_outcomes_pkey"),
            (PostgresPromiseViews.CountPromises(connection, "shop-1", Noon, Noon.AddHours(1), null), "view_promise_outcomes_pkey"),
        })
        {
            await using var command = list;
            command.CommandText = $"EXPLAIN {command.CommandText}";
            Assert.Contains(index, await PlanAsync(command), StringComparison.Ordinal);
        }

        foreach (var (lists, index) in new (ConversationQuery, string)[]
        {
            (query, "view_conversations_recent"),
            (query with { After = after, UpdatedSince = Noon.AddDays(-9) }, "view_conversations_recent"),
            (query with { Customer = "u-7" }, "view_conversations_by_customer"),
            (query with { Customer = "u-7", Assignee = "a-3", Statuses = [1, 2], After = after }, "view_conversations_by_customer"),
            (query with { Assignee = "a-3" }, "view_conversations_by_assignee"),
            (query with { Assignee = "", Statuses = [1] }, "view_conversations_by_assignee"),
            (query with { Assignee = "a-3", Statuses = [1, 2], After = after }, "view_conversations_by_assignee"),
            (query with { Statuses = [2] }, "view_conversations_by_status"),
            (query with { Statuses = [1, 4], After = after }, "view_conversations_by_status"),
            (query with { Channel = "channel-1" }, "view_conversations_by_channel"),
            (query with { Queue = "q-3" }, "view_conversations_by_queue"),
            (query with { Queue = "q-3", Assignee = "", Statuses = [1, 3] }, "view_conversations_by_queue"),
            (query with { Queue = "q-3", Statuses = [1, 2], After = after }, "view_conversations_by_queue"),
            (query with { Queue = "q-3", Assignee = "a-3" }, "view_conversations_by_assignee"),
            (query with { Tag = "tag-3" }, "view_conversation_tags_in_order"),
            (query with { Tag = "tag-3", Statuses = [3, 4], After = after }, "view_conversation_tags_in_order"),
        })
        {
            await using var command = PostgresConversationQuery.Of(connection, lists);
            command.CommandText = $"EXPLAIN {command.CommandText}";
            var plan = await PlanAsync(command);
            Assert.True(
                plan.Contains(index, StringComparison.Ordinal) && !plan.Contains("Seq Scan", StringComparison.Ordinal)
                // Where lists of several statuses are merged, the few rows of each are sorted together.
                && (!plan.Contains("Sort", StringComparison.Ordinal) || plan.Contains("Nested Loop", StringComparison.Ordinal)),
                $"{lists}:\n{plan}");
        }
    }

    [Fact]
    public async Task Owners_of_all_groups_erase_and_write_at_once_without_a_deadlock()
    {
        await using var store = await postgres.OpenAsync();
        await using var other = store.New("silo-b");
        const int Customers = 12;
        const int Rounds = 25;
        // Each customer has conversations in every group, so that an erasure touches rows of all owners.
        await Task.WhenAll(Enumerable.Range(0, Groups).Select(group => Task.Run(async () =>
        {
            var views = group % 2 == 0 ? store.Views : other.Views;
            var taken = await views.TakeAsync(new LaneSet(group, Groups));
            for (var round = 1; round <= Rounds; round++)
            {
                var changes = new List<ViewChange>();
                for (var c = 0; c < Customers; c++)
                {
                    if ((c + round + group) % 5 == 0) changes.Add(new ViewChange.EraseCustomer("shop", $"u-{c}"));
                    changes.Add(new ViewChange.AddToTimeline("shop", $"u-{c}", new TimelineRow(new TimelinePlace(Noon, $"c-{group}-{c}", round))));
                    if ((c + round) % 7 == 0) changes.Add(new ViewChange.EraseConversation("shop", $"u-{c}", $"c-{group}-{c}"));
                    changes.Add(new ViewChange.PutConversation(new ConversationRow(
                        "shop", $"c-{group}-{c}", round, $"u-{c}", "", round % 4, "web", ["a", $"t-{round % 3}"], Noon, Noon.AddSeconds(round), new byte[20], new byte[9])));
                }

                Assert.True(await views.ApplyAsync(changes, taken with { Position = JournalPosition.At(0, round) }));
            }
        }))).WaitAsync(Deadline);

        Assert.Equal(JournalPosition.At(0, Rounds), await store.Views.ReadCheckpointAsync());
        var listed = await store.Views.ListConversationsAsync(new ConversationQuery { Workspace = "shop", Limit = 1_000 });
        Assert.Equal(Groups * Customers, listed.Count);
        Assert.All(listed, row => Assert.Equal(Rounds, row.Version));
        Assert.Equal(
            Groups * Customers,
            (await store.Views.ListConversationsAsync(new ConversationQuery { Workspace = "shop", Tag = $"t-{Rounds % 3}", Limit = 1_000 })).Count);
        Assert.Empty(await store.Views.ListConversationsAsync(new ConversationQuery { Workspace = "shop", Tag = $"t-{(Rounds + 1) % 3}", Limit = 1_000 }));
    }

    [Fact]
    public async Task An_owner_in_another_process_is_fenced_within_its_transaction()
    {
        await using var store = await postgres.OpenAsync();
        await using var other = store.New("silo-b");
        var lanes = new LaneSet(3, Groups);
        var first = await store.Views.TakeAsync(lanes);
        // The first writes as fast as it can, and the second takes over in the middle.
        var applied = 0;
        var writing = Task.Run(async () =>
        {
            for (var i = 1; ; i++)
            {
                var change = new ViewChange.PutAgent(new PersonRow("shop", "a", i, Noon, new byte[] { 1 }));
                if (!await store.Views.ApplyAsync([change], first with { Position = JournalPosition.At(0, i) })) return;
                Volatile.Write(ref applied, i);
            }
        });
        var begin = TimeProvider.System.GetTimestamp();
        while (Volatile.Read(ref applied) < 20 && TimeProvider.System.GetElapsedTime(begin) < Deadline) await Task.Yield();
        var second = await other.Views.TakeAsync(lanes);
        await writing.WaitAsync(Deadline);
        Assert.Equal(applied, second.Position[3].Sequence);
        Assert.Equal(applied, Assert.Single(await other.Views.ListAgentsAsync("shop", "", 10)).Version);
        Assert.True(await other.Views.ApplyAsync([], second with { Position = JournalPosition.At(0, applied + 1) }));
    }

    private static async Task FillAsync(NpgsqlConnection connection)
    {
        await using var fill = new NpgsqlCommand(
            $"""
            INSERT INTO view_conversations
            SELECT 'shop-' || i % 3, 'c-' || i, 1, 'u-' || i % 4000, CASE WHEN i % 5 = 0 THEN '' ELSE 'a-' || i % 40 END,
                CASE WHEN i % 47 = 0 THEN i / 47 % 4 ELSE 4 END, 'channel-' || i % 4,
                CASE WHEN i % 10 = 0 THEN ARRAY['tag-' || i % 7] ELSE ARRAY[]::text[] END, {Ticks(Noon)} - i * 10000000::bigint,
                {Ticks(Noon)} - (i * 7919 % 60000) * 10000000::bigint, '\x00', NULL,
                CASE WHEN i % 2 = 0 THEN '' ELSE 'q-' || i % 30 END
            FROM generate_series(1, 60000) AS i;
            INSERT INTO view_conversation_tags SELECT workspace, tag, update_time, id FROM view_conversations, unnest(tags) AS tag;
            INSERT INTO view_sla_outcomes
            SELECT 'shop-1', {Ticks(Noon)} + i * 10000000::bigint, 'c-' || i, 1, 1, 'q-' || i % 30, 'p', 1, 1, 1 FROM generate_series(1, 60000) AS i;
            INSERT INTO view_promise_outcomes
            SELECT 'shop-1', {Ticks(Noon)} + i * 10000000::bigint, 'c-' || i, 1, 1, 'q', 1, true, true, true, false, false FROM generate_series(1, 60000) AS i;
            ANALYZE view_conversations, view_conversation_tags, view_sla_outcomes, view_promise_outcomes;
            -- Few rows it would rather collect and sort, which is as good; what is looked at is how it reads many.
            SET enable_bitmapscan = off
            """,
            connection);
        await fill.ExecuteNonQueryAsync();
    }

    private static async Task<string> PlanAsync(NpgsqlCommand command)
    {
        var lines = new List<string>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) lines.Add(row.GetString(0));
        return string.Join('\n', lines);
    }

    private static string Ticks(DateTimeOffset time) => time.UtcTicks.ToString(CultureInfo.InvariantCulture);
}
