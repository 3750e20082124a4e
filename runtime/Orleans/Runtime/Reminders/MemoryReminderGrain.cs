namespace Orleans.Runtime.Reminders;

/// <summary>Keeps the rows as long as its silo, the oldest, is there. It is never collected: what it forgot would be lost.</summary>
[KeepAlive]
[GrainType(Cluster.ClusterTopology.MemoryRemindersType)]
internal sealed class MemoryReminderGrain : Grain, IMemoryReminderGrain
{
    private readonly InMemoryReminderTable _table = new();

    public async Task<List<ReminderEntry>> ReadAll(GrainId grainId) => [.. (await _table.ReadRows(grainId)).Reminders];

    public async Task<List<ReminderEntry>> ReadRange(uint begin, uint end) => [.. (await _table.ReadRows(begin, end)).Reminders];

    public Task<ReminderEntry?> Read(GrainId grainId, string reminderName) => _table.ReadRow(grainId, reminderName);

    public Task<string?> Upsert(ReminderEntry entry) => _table.UpsertRow(entry);

    public Task<bool> Remove(GrainId grainId, string reminderName, string etag) => _table.RemoveRow(grainId, reminderName, etag);

    public Task Clear() => _table.TestOnlyClearTable();
}
