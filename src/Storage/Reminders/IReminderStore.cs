namespace Engine.Storage.Reminders;

/// <summary>The little that a backend does for reminders; what Orleans wants of a table is in <see cref="ReminderTable"/>.</summary>
internal interface IReminderStore
{
    Task<IReadOnlyList<StoredReminder>> ReadAsync(string grain);

    Task<StoredReminder?> ReadAsync(string grain, string name);

    /// <summary>All with a hash from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    Task<IReadOnlyList<StoredReminder>> ReadRangeAsync(uint first, uint last);

    /// <summary>Those due before a time and after a place in the order of time, grain and name.</summary>
    Task<IReadOnlyList<StoredReminder>> ReadDueAsync(
        DateTimeOffset before, DateTimeOffset afterTime, string afterGrain, string afterName, int max, CancellationToken cancellationToken);

    /// <summary>How many were due before a time, counted up to <paramref name="max"/>.</summary>
    Task<int> CountDueAsync(DateTimeOffset time, int max, CancellationToken cancellationToken);

    /// <summary>Inserts or replaces, durably, whatever was there.</summary>
    Task WriteAsync(StoredReminder reminder);

    /// <summary>False when there is none with this etag.</summary>
    Task<bool> DeleteAsync(string grain, string name, string etag);

    Task ClearAsync();
}
