using Orleans.Runtime;

namespace Orleans;

/// <summary>Where reminders are stored. Index it by grain and by the grain's uniform hash.</summary>
public interface IReminderTable
{
    [Obsolete("Implement and use StartAsync instead")]
    Task Init() => Task.CompletedTask;

    /// <summary>Called once before everything else.</summary>
#pragma warning disable CS0618 // Tables of earlier releases implement Init.
    Task StartAsync(CancellationToken cancellationToken = default) => Init();
#pragma warning restore CS0618

    Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    Task<ReminderTableData> ReadRows(GrainId grainId);

    /// <summary>
    /// Rows whose uniform hash lies after <paramref name="begin"/> up to and with <paramref name="end"/>; the range
    /// wraps around zero when begin is not below end, and (0, 0) is everything.
    /// </summary>
    Task<ReminderTableData> ReadRows(uint begin, uint end);

    Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName);

    /// <returns>The new version; null when it was not written.</returns>
    Task<string?> UpsertRow(ReminderEntry entry);

    /// <returns>Whether there was a row of that version.</returns>
    Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag);

    Task TestOnlyClearTable();
}
