using Engine.Grains.Deadlines;
using Orleans.Runtime;

namespace Engine.Storage.Tests.Contracts;

public abstract class ReminderTableContract : StoreContract
{
    private static readonly DateTime Start = new(2026, 11, 27, 8, 0, 0, DateTimeKind.Utc);

    private IReminderTable Reminders => Store.Reminders;

    [Fact]
    public async Task Upsert_Reminder_IsReadBackWithItsEtag()
    {
        var grain = GrainId.Create("conversation", "shop/ä#1");
        var etag = await Reminders.UpsertRow(Entry(grain, "sla"));
        Assert.NotNull(etag);
        await Store.ReopenAsync();
        var row = await Reminders.ReadRow(grain, "sla");
        Assert.NotNull(row);
        Assert.Equal(grain, row.GrainId);
        Assert.Equal("sla", row.ReminderName);
        Assert.Equal(Start, row.StartAt);
        Assert.Equal(DateTimeKind.Utc, row.StartAt.Kind);
        Assert.Equal(TimeSpan.FromMinutes(1), row.Period);
        Assert.Equal(etag, row.ETag);
        Assert.Null(await Reminders.ReadRow(grain, "other"));
        Assert.Null(await Reminders.ReadRow(GrainId.Create("conversation", "shop/2"), "sla"));
    }

    [Fact]
    public async Task Upsert_Again_ReplacesAndChangesTheEtag()
    {
        var grain = GrainId.Create("conversation", "shop/1");
        var first = await Reminders.UpsertRow(Entry(grain, "sla"));
        var entry = Entry(grain, "sla");
        entry.StartAt = Start.AddHours(1);
        var second = await Reminders.UpsertRow(entry);
        Assert.NotEqual(first, second);
        var row = Assert.Single((await Reminders.ReadRows(grain)).Reminders);
        Assert.Equal(Start.AddHours(1), row.StartAt);
        Assert.Equal(second, row.ETag);
    }

    [Fact]
    public async Task Remove_OnlyWithTheCurrentEtag()
    {
        var grain = GrainId.Create("conversation", "shop/1");
        var first = await Reminders.UpsertRow(Entry(grain, "sla"));
        var second = await Reminders.UpsertRow(Entry(grain, "sla"));
        Assert.False(await Reminders.RemoveRow(grain, "sla", first!));
        Assert.NotNull(await Reminders.ReadRow(grain, "sla"));
        Assert.True(await Reminders.RemoveRow(grain, "sla", second!));
        Assert.False(await Reminders.RemoveRow(grain, "sla", second!));
        Assert.Null(await Reminders.ReadRow(grain, "sla"));
    }

    [Fact]
    public async Task ReadRows_OfAGrain_AreItsOwnOnly()
    {
        var grain = GrainId.Create("conversation", "shop/1");
        await Reminders.UpsertRow(Entry(grain, "sla"));
        await Reminders.UpsertRow(Entry(grain, "close"));
        await Reminders.UpsertRow(Entry(GrainId.Create("conversation", "shop/11"), "sla"));
        Assert.Equal(["close", "sla"], (await Reminders.ReadRows(grain)).Reminders.Select(r => r.ReminderName).Order());
        Assert.Empty((await Reminders.ReadRows(GrainId.Create("conversation", "none"))).Reminders);
    }

    [Fact]
    public async Task ReadRows_OfARange_IsOpenBelowClosedAboveAndWraps()
    {
        var grains = Enumerable.Range(0, 60).Select(i => GrainId.Create("conversation", $"shop/{i}"))
            .OrderBy(g => g.GetUniformHashCode()).ToArray();
        foreach (var grain in grains) await Reminders.UpsertRow(Entry(grain, "sla"));
        var hashes = grains.Select(g => g.GetUniformHashCode()).ToArray();
        Assert.Equal(hashes.Length, hashes.Distinct().Count());

        Assert.Equal(hashes[11..21], await Range(hashes[10], hashes[20]));
        Assert.Equal(hashes[20..21], await Range(hashes[20] - 1, hashes[20]));
        Assert.Equal(hashes[..6].Concat(hashes[51..]), await Range(hashes[50], hashes[5]));
        Assert.Equal(hashes, await Range(0, 0));
        Assert.Equal(hashes, await Range(hashes[7], hashes[7]));
        Assert.Equal(hashes, await Range(0, uint.MaxValue));
        Assert.Equal(hashes[..10], await Range(uint.MaxValue, hashes[9]));
        Assert.Equal(hashes[..10], await Range(0, hashes[9]));
        Assert.Equal(hashes[50..], await Range(hashes[49], 0));
        // Ranges that partition the ring find each once, as silos do.
        Assert.Equal(
            hashes, (await Range(hashes[3], hashes[40])).Concat(await Range(hashes[40], hashes[3])).Order());
    }

    [Fact]
    public async Task ReadDue_PagesThroughWhatWasDue_InOrderOfTime()
    {
        var due = Assert.IsAssignableFrom<IDueReminders>(Reminders);
        // Some at the same instant, and more of it than a page holds.
        for (var i = 0; i < 30; i++)
        {
            var entry = Entry(GrainId.Create("conversation", $"shop/ä{i % 15}"), i < 15 ? "sla" : "close");
            entry.StartAt = Start.AddSeconds(i % 15 / 6);
            await Reminders.UpsertRow(entry);
        }

        Assert.Empty(await due.ReadDueAsync(Start, null, 100));
        Assert.Equal(12, (await due.ReadDueAsync(Start.AddSeconds(1), null, 100)).Count);
        var read = new List<DueReminder>();
        for (IReadOnlyList<DueReminder> page = [new(default, "", default, default)]; page.Count > 0; read.AddRange(page))
        {
            page = await due.ReadDueAsync(Start.AddSeconds(2).AddTicks(1), read.LastOrDefault(), 7);
            Assert.InRange(page.Count, 0, 7);
        }

        Assert.Equal(30, read.Distinct().Count());
        Assert.Equal(30, read.Count);
        Assert.Equal(read.OrderBy(r => r.StartAt), read);
        Assert.Equal(Start, read[0].StartAt);
        Assert.Equal(TimeSpan.FromMinutes(1), read[0].Period);
        Assert.Equal(30, (await due.ReadDueAsync(Start.AddDays(1), null, 100)).Count);

        // One that was moved is due at its new time only.
        var moved = Entry(read[0].Grain, read[0].Name);
        moved.StartAt = Start.AddHours(1);
        await Reminders.UpsertRow(moved);
        Assert.Equal(29, (await due.ReadDueAsync(Start.AddMinutes(1), null, 100)).Count);
    }

    [Fact]
    public async Task Clear_Table_IsEmpty()
    {
        await Reminders.UpsertRow(Entry(GrainId.Create("conversation", "shop/1"), "sla"));
        await Reminders.TestOnlyClearTable();
        Assert.Empty((await Reminders.ReadRows(0, 0)).Reminders);
    }

    private static ReminderEntry Entry(GrainId grain, string name) =>
        new() { GrainId = grain, ReminderName = name, StartAt = Start, Period = TimeSpan.FromMinutes(1) };

    private async Task<uint[]> Range(uint begin, uint end) =>
        [.. (await Reminders.ReadRows(begin, end)).Reminders.Select(r => r.GrainId.GetUniformHashCode()).Order()];
}
