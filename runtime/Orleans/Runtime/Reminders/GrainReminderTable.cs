namespace Orleans.Runtime.Reminders;

/// <summary>A reminder table for development: all silos of the cluster see the same rows, in the memory of one of them.</summary>
internal sealed class GrainReminderTable(IGrainFactory factory) : IReminderTable
{
    private IMemoryReminderGrain Grain => factory.GetGrain<IMemoryReminderGrain>(0);

    public async Task<ReminderTableData> ReadRows(GrainId grainId) => new(await Grain.ReadAll(grainId));

    public async Task<ReminderTableData> ReadRows(uint begin, uint end) => new(await Grain.ReadRange(begin, end));

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => Grain.Read(grainId, reminderName);

    public Task<string?> UpsertRow(ReminderEntry entry) => Grain.Upsert(entry);

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => Grain.Remove(grainId, reminderName, eTag);

    public Task TestOnlyClearTable() => Grain.Clear();
}
