using System.Globalization;
using Engine.Grains.Cluster;
using Engine.Grains.Deadlines;
using Orleans.Runtime;

namespace Engine.Storage.Reminders;

/// <summary>
/// The reminder table of both backends and both runtimes. Reminders wake the engine's grains for deadlines, so a write is
/// durable before it returns.
/// </summary>
/// <remarks>
/// A silo asks for the ranges of the hash ring it is responsible for: after <c>begin</c>, up to and with <c>end</c>; a range
/// that does not rise wraps around zero, and (0, 0) is the whole ring. Stores only know plain closed ranges.
/// </remarks>
internal sealed class ReminderTable(IReminderStore store) : IReminderTable, IReminderCount, IDueReminders
{
    public async Task<ReminderTableData> ReadRows(GrainId grainId) => Data(await store.ReadAsync(grainId.ToString()));

    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        if (begin < end) return Data(await store.ReadRangeAsync(begin + 1, end));
        // Equal, zero or not: once around.
        if (begin == end) return Data(await store.ReadRangeAsync(uint.MinValue, uint.MaxValue));
        var low = await store.ReadRangeAsync(uint.MinValue, end);
        if (begin == uint.MaxValue) return Data(low);
        return Data([.. await store.ReadRangeAsync(begin + 1, uint.MaxValue), .. low]);
    }

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        await store.ReadAsync(grainId.ToString(), reminderName) is { } reminder ? Entry(reminder) : null;

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var etag = Guid.NewGuid().ToString("N");
        var startAt = entry.StartAt.Kind == DateTimeKind.Local ? entry.StartAt.ToUniversalTime() : entry.StartAt;
        await store.WriteAsync(new StoredReminder(
            entry.GrainId.ToString(), entry.ReminderName, entry.GrainId.GetUniformHashCode(),
            new DateTimeOffset(startAt.Ticks, TimeSpan.Zero), entry.Period, etag));
        return etag;
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        store.DeleteAsync(grainId.ToString(), reminderName, eTag);

    public Task<int> CountDueAsync(DateTimeOffset time, int max, CancellationToken cancellationToken = default) =>
        store.CountDueAsync(time, max, cancellationToken);

    public async Task<IReadOnlyList<DueReminder>> ReadDueAsync(
        DateTimeOffset before, DueReminder? after, int max, CancellationToken cancellationToken = default)
    {
        var due = await store.ReadDueAsync(
            before, after?.StartAt ?? DateTimeOffset.MinValue, after?.Grain.ToString() ?? "", after?.Name ?? "", max, cancellationToken);
        return [.. due.Select(reminder => new DueReminder(Grain(reminder), reminder.Name, reminder.StartAt, reminder.Period))];
    }

    public Task TestOnlyClearTable() => store.ClearAsync();

    private static ReminderTableData Data(IReadOnlyList<StoredReminder> reminders) => new(reminders.Select(Entry));

    private static GrainId Grain(StoredReminder reminder) => GrainId.Parse(reminder.Grain, CultureInfo.InvariantCulture);

    private static ReminderEntry Entry(StoredReminder reminder) => new()
    {
        GrainId = Grain(reminder),
        ReminderName = reminder.Name,
        StartAt = reminder.StartAt.UtcDateTime,
        Period = reminder.Period,
        ETag = reminder.Etag,
    };
}
