namespace Orleans.Runtime.Reminders;

/// <summary>The rows of the cluster's reminder table in memory. Its key is 0.</summary>
internal interface IMemoryReminderGrain : IGrainWithIntegerKey
{
    Task<List<ReminderEntry>> ReadAll(GrainId grainId);

    Task<List<ReminderEntry>> ReadRange(uint begin, uint end);

    Task<ReminderEntry?> Read(GrainId grainId, string reminderName);

    Task<string?> Upsert(ReminderEntry entry);

    Task<bool> Remove(GrainId grainId, string reminderName, string etag);

    Task Clear();
}
