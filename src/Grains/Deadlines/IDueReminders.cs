namespace Engine.Grains.Deadlines;

/// <summary>Reminders by the time they are due: what a reminder table of the engine's own can tell besides.</summary>
public interface IDueReminders
{
    /// <summary>Reminders whose first tick was due before a time, ordered by that, then by grain and name.</summary>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="max">At most this many. Fewer are the last.</param>
    Task<IReadOnlyList<DueReminder>> ReadDueAsync(
        DateTimeOffset before, DueReminder? after, int max, CancellationToken cancellationToken = default);
}
