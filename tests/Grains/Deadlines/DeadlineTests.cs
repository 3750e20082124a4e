using Engine.Grains.Deadlines;
using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.Testing.Postgres;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Tests.Deadlines;

public sealed class DeadlineTests
{
    private readonly ShiftedTime _time = new();

    [Fact]
    public async Task Deadlines_that_passed_while_everything_was_down_fire_once_after_the_start_with_their_instants()
    {
        await using var stores = new Stores(_time);
        await OutageAsync(stores, 60);
    }

    [Fact]
    public async Task Deadlines_that_passed_while_everything_was_down_fire_on_PostgreSQL_too()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var stores = new Stores(_time, await postgres.CreateDatabaseAsync());
        await OutageAsync(stores, 300);
    }

    [Fact]
    public async Task A_reminder_that_is_overdue_too_early_is_moved_to_the_deadline()
    {
        await using var stores = new Stores(_time);
        await using var silo = await TestSilo.StartAsync(stores, consumers: true);
        var name = (await Inbound.ReceiveAsync(silo, Inbound.Message("m0"))).Result.Conversation;
        var until = _time.GetUtcNow().AddHours(3);
        await SnoozeAsync(silo, name, until);
        var row = Assert.Single((await stores.Reminders.ReadRows(0, 0)).Reminders);
        row.StartAt = _time.GetUtcNow().UtcDateTime.AddMinutes(-1).AddSeconds(-5);
        await stores.Reminders.UpsertRow(row);

        await Until.Async(
            () => stores.Reminders.ReadRows(0, 0), rows => rows.Reminders.Single().StartAt > until.UtcDateTime.AddMinutes(-1), "moved");
        Assert.Empty(await EndsAsync(stores, name));
        Assert.Equal(ConversationStatus.Snoozed, (await Inbound.Conversation(silo, name).GetAsync()).Result.Status);
    }

    [Fact]
    public async Task A_tick_removes_a_reminder_that_nothing_needs_but_not_one_that_is_being_asked_for()
    {
        await using var stores = new Stores(_time);
        await using var silo = await TestSilo.StartAsync(stores);
        var name = (await Inbound.ReceiveAsync(silo, Inbound.Message("m0"))).Result.Conversation;
        var grain = Inbound.Conversation(silo, name);
        var remindable = silo.Grains.GetGrain<IRemindable>(grain.GetGrainId());
        for (var round = 0; round < 20; round++)
        {
            var until = _time.GetUtcNow().AddMinutes(20);
            var tick = remindable.ReceiveReminder("deadline", default);
            var snooze = SnoozeAsync(silo, name, until);
            await Task.WhenAll(tick, remindable.ReceiveReminder("deadline", default), snooze);
            Assert.Single((await stores.Reminders.ReadRows(0, 0)).Reminders);

            Assert.Null((await grain.ReopenAsync(new() { RequestId = Guid.NewGuid().ToString(), Name = name }, Callers.Admin)).Rejection);
            await remindable.ReceiveReminder("deadline", default);
            Assert.Empty((await stores.Reminders.ReadRows(0, 0)).Reminders);
        }
    }

    private async Task OutageAsync(Stores stores, int count)
    {
        var names = new Dictionary<string, DateTimeOffset>();
        DateTimeOffset first = default;
        await using (var silo = await TestSilo.StartAsync(stores, consumers: true))
        {
            first = _time.GetUtcNow().AddMinutes(30);
            for (var i = 0; i < count; i++)
            {
                var name = (await Inbound.ReceiveAsync(silo, Inbound.Message($"m{i}", $"carla{i}@example.com"))).Result.Conversation;
                var until = first.AddMilliseconds(i);
                names[name] = until;
                await SnoozeAsync(silo, name, until);
            }
        }

        // The next ticks of all of them are almost a minute away.
        _time.Advance(first - _time.GetUtcNow() + TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(3));
        await using (await TestSilo.StartAsync(stores, consumers: true))
        {
            // Read past the actors: to ask one would wake it.
            await Until.Async(() => LeftAsync(stores, first.AddDays(1)), left => left == 0, "all reminders done with");
        }

        foreach (var (name, until) in names) Assert.Equal([until], await EndsAsync(stores, name));
    }

    private static async Task<int> LeftAsync(Stores stores, DateTimeOffset before) =>
        (await ((IDueReminders)stores.Reminders).ReadDueAsync(before, null, 1_000)).Count;

    private static async Task<IReadOnlyList<DateTimeOffset>> EndsAsync(Stores stores, string conversation)
    {
        var stream = new StreamName(Callers.Workspace, "conversation", ConversationId.Parse(conversation).Value);
        var rows = await stores.Journal.ReadStreamAsync(stream, 0, 100);
        return
        [
            .. rows.Select(row => Commit.Parser.ParseFrom(row.Payload.Span)).SelectMany(commit => commit.Conversation.Events)
                .Where(e => e.EventCase == ConversationEvent.EventOneofCase.StatusChanged && e.StatusChanged.From == ConversationStatus.Snoozed)
                .Select(e => e.StatusChanged.EffectiveTime.ToDateTimeOffset()),
        ];
    }

    private static async Task SnoozeAsync(TestSilo silo, string name, DateTimeOffset until)
    {
        var request = new SnoozeConversationRequest
        {
            RequestId = Guid.NewGuid().ToString(), Name = name, UntilTime = Timestamp.FromDateTimeOffset(until),
        };
        Assert.Null((await Inbound.Conversation(silo, name).SnoozeAsync(request, Callers.Admin)).Rejection);
    }
}
