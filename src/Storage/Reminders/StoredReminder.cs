namespace Engine.Storage.Reminders;

/// <summary>A reminder as stored.</summary>
/// <param name="Grain">The grain's id as text, <c>type/key</c>.</param>
/// <param name="Hash">The grain's uniform hash.</param>
/// <param name="StartAt">When the first tick is due.</param>
/// <param name="Etag">Changes with every write.</param>
internal sealed record StoredReminder(
    string Grain, string Name, uint Hash, DateTimeOffset StartAt, TimeSpan Period, string Etag);
