namespace Engine.Grains.Cluster;

/// <summary>What a reminder table can tell without reading all of its rows. The engine's own tables can.</summary>
public interface IReminderCount
{
    /// <summary>How many reminders were due before a time, counted up to <paramref name="max"/>.</summary>
    Task<int> CountDueAsync(DateTimeOffset time, int max, CancellationToken cancellationToken = default);
}
