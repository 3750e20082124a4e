namespace Orleans.Runtime.Reminders;

/// <summary>A reminder this silo ticks.</summary>
internal sealed class LocalReminder(ReminderEntry entry)
{
    public ReminderEntry Entry => entry;

    public DateTime NextTick { get; set; }

    public bool IsEnded { get; set; }

    public bool IsTicking { get; set; }
}
