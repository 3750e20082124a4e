using System.Collections.Concurrent;
using Engine.Grains.Catalogs;
using Engine.Grains.Conversations;
using Engine.Grains.Journal;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.Testing.Postgres;
using Engine.V1;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using static Engine.Grains.Tests.Catalogs.Rules;

namespace Engine.Grains.Tests.Catalogs;

/// <summary>A changed rule reaches every open conversation, whatever fails on the way.</summary>
public sealed class RolloutTests
{
    private readonly ConcurrentQueue<(string Conversation, long Version)> _computed = new();
    private readonly ShiftedTime _time = new();

    /// <summary>Runs before a conversation is computed anew; counts from 1.</summary>
    private Func<int, Task> _onCompute = _ => Task.CompletedTask;
    private int _calls;

    [Fact]
    public async Task A_changed_policy_reaches_every_open_conversation_once_and_no_closed_one()
    {
        await using var stores = new Stores(_time);
        await ReachAllAsync(stores);
    }

    [Fact]
    public async Task A_changed_policy_reaches_every_open_conversation_on_PostgreSQL_too()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var stores = new Stores(_time, await postgres.CreateDatabaseAsync());
        await ReachAllAsync(stores);
    }

    [Fact]
    public async Task A_rollout_that_was_broken_off_goes_on_where_it_was()
    {
        await using var stores = new Stores(_time);
        var never = new TaskCompletionSource();
        // Pages are of a thousand; the third of them hangs.
        _onCompute = call => call > 2_000 ? never.Task : Task.CompletedTask;
        await SeedAsync(stores, 2_500);
        await using (var silo = await StartAsync(stores))
        {
            await Catalog(silo).CreateSlaPolicyAsync(CreatePolicy("gold"), Callers.Admin);
            await Until.Async(() => Task.FromResult(_calls), calls => calls > 2_000, "two pages");
        }

        Assert.Equal("conversation-01999", (await LastNoteAsync(stores)).UpTo);
        (_onCompute, _calls) = (_ => Task.CompletedTask, 0);
        _computed.Clear();
        await using (var silo = await StartAsync(stores))
        {
            // The reminder wakes it, a minute later.
            await stores.Reminders.ReadRows(0, 0);
            _time.Advance(TimeSpan.FromMinutes(2));
            await DoneAsync(stores, 1, () => silo.Grains.GetGrain<IRemindable>(Catalog(silo).GetGrainId()).ReceiveReminder("rollout", default));
        }

        Assert.Equal(Enumerable.Range(2_000, 500).Select(Id), _computed.Select(c => c.Conversation).Order(StringComparer.Ordinal));
        Assert.Empty((await stores.Reminders.ReadRows(0, 0)).Reminders);
    }

    [Fact]
    public async Task A_change_meanwhile_is_rolled_out_to_all_after_the_first_one()
    {
        await using var stores = new Stores(_time);
        await SeedAsync(stores, 50);
        var gate = new TaskCompletionSource();
        _onCompute = call => call == 1 ? gate.Task : Task.CompletedTask;
        await using var silo = await StartAsync(stores);
        await Catalog(silo).CreateSlaPolicyAsync(CreatePolicy("gold"), Callers.Admin);
        await Until.Async(() => Task.FromResult(_calls), calls => calls >= 1, "begun");
        await Catalog(silo).CreateSlaPolicyAsync(CreatePolicy("silver"), Callers.Admin);
        gate.SetResult();
        await DoneAsync(stores, 2);
        Assert.Equal(50, _computed.Count(c => c.Version == 1));
        Assert.Equal(50, _computed.Where(c => c.Version == 2).Select(c => c.Conversation).Distinct().Count());
    }

    [Fact]
    public async Task Failures_that_pass_are_tried_again_and_others_stop_nobody()
    {
        await using var stores = new Stores(_time);
        await SeedAsync(stores, 30);
        _onCompute = call => call switch
        {
            <= 10 => throw new TimeoutException("its silo left"),
            // One conversation alone, at last.
            >= 38 => throw new InvalidOperationException("a fault"),
            _ => Task.CompletedTask,
        };
        await using var silo = await StartAsync(stores);
        await Catalog(silo).CreateSlaPolicyAsync(CreatePolicy("gold"), Callers.Admin);
        await DoneAsync(stores, 1);
        Assert.InRange(_computed.Select(c => c.Conversation).Distinct().Count(), 27, 29);
    }

    [Fact]
    public async Task A_refused_change_leaves_a_reminder_that_its_tick_removes()
    {
        await using var stores = new Stores(_time);
        await using var silo = await StartAsync(stores);
        var refused = await Catalog(silo).CreateSlaPolicyAsync(CreatePolicy("gold", Policy("calendars/none")), Callers.Admin);
        Assert.Equal("UNKNOWN_CALENDAR", refused.Rejection.Reason);
        Assert.Single((await stores.Reminders.ReadRows(0, 0)).Reminders);
        await silo.Grains.GetGrain<IRemindable>(Catalog(silo).GetGrainId()).ReceiveReminder("rollout", default);
        Assert.Empty((await stores.Reminders.ReadRows(0, 0)).Reminders);
    }

    private async Task ReachAllAsync(Stores stores)
    {
        await using var silo = await StartAsync(stores);
        var names = new List<string>();
        for (var i = 0; i < 12; i++) names.Add((await Inbound.ReceiveAsync(silo, Inbound.Message($"m{i}", $"c{i}@example.com"))).Result.Conversation);
        foreach (var name in names.Take(3))
        {
            var closed = await Inbound.Conversation(silo, name).CloseAsync(new CloseConversationRequest { RequestId = $"close-{name}", Name = name }, Callers.Admin);
            Assert.Null(closed.Rejection);
        }

        await Catalog(silo).CreateCalendarAsync(CreateCalendar("hours"), Callers.Admin);
        await Catalog(silo).CreateSlaPolicyAsync(CreatePolicy("gold", Policy("calendars/hours")), Callers.Admin);
        await DoneAsync(stores, 2);
        var open = names.Skip(3).Select(n => n["conversations/".Length..]).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(open, _computed.Select(c => c.Conversation).Order(StringComparer.Ordinal));
        Assert.All(_computed, c => Assert.Equal(2, c.Version));
        await Until.Async(() => stores.Reminders.ReadRows(0, 0), rows => rows.Reminders.Count == 0, "the reminder is gone");
    }

    private Task<TestSilo> StartAsync(Stores stores) => TestSilo.StartAsync(stores, consumers: true, configure: silo =>
    {
        silo.Services.Configure<CatalogOptions>(o => (o.RolloutAfterMs, o.RolloutNoteEvery) = (20, 1_000));
        silo.AddIncomingGrainCallFilter(async context =>
        {
            if (context.InterfaceMethod.Name != nameof(IConversationGrain.RecomputePromisesAsync))
            {
                await context.Invoke();
                return;
            }

            await _onCompute(Interlocked.Increment(ref _calls));
            _computed.Enqueue((context.TargetId.Key.ToString()!["shop/".Length..], (long)context.Request.GetArgument(0)!));
            context.Result = new EmptyReply();
        });
    });

    /// <summary>Open conversations, written to the journal as their actors do.</summary>
    private async Task SeedAsync(Stores stores, int count)
    {
        var now = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(_time.GetUtcNow());
        await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            var commit = new Commit
            {
                CommitTime = now,
                Author = new Author { Type = AuthorType.System },
                Conversation = new ConversationCommit
                {
                    Summary = new ConversationSummary { Customer = "c", Channel = "web", Status = ConversationStatus.Open, CreateTime = now, UpdateTime = now },
                },
            };
            var appender = stores.Journal.OpenAppender(new StreamName("shop", "conversation", Id(i)), 0);
            Assert.True((await appender.AppendAsync(Google.Protobuf.MessageExtensions.ToByteArray(commit))).IsCommitted);
        }));
    }

    private static string Id(int i) => $"conversation-{i:00000}";

    private static async Task<CatalogRollout> LastNoteAsync(Stores stores)
    {
        var rows = await stores.Journal.ReadStreamBackwardsAsync(new StreamName("shop", "catalog", "catalog"), long.MaxValue, 100);
        return rows.Select(r => Commit.Parser.ParseFrom(r.Payload.Span).Catalog.Rollout).FirstOrDefault(r => r is not null) ?? new CatalogRollout();
    }

    private static async Task DoneAsync(Stores stores, long version, Func<Task>? wake = null)
    {
        if (wake is not null) await wake();
        await Until.Async(() => LastNoteAsync(stores), r => r.Version == version && r.UpTo.Length == 0, $"version {version} was rolled out");
    }

    private static ICatalogGrain Catalog(TestSilo silo) => silo.Grains.GetGrain<ICatalogGrain>(CatalogNames.KeyOf("shop"));
}
