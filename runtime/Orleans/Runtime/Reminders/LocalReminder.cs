namespace Orleans.Runtime.Reminders;

/// <summary>A reminder this silo ticks.</summary>
internal sealed class LocalReminder(ReminderEntry entry)
{
    public ReminderEntry Entry => entry;

    public DateTime NextTick { get; set; }

    public bool IsEnded { get; set; }

    /// <summary>The number of the change that brought it; what was read before that change is older.</summary>
    public required long Change { get; init; }

    public bool IsTicking { get; set; }
}
