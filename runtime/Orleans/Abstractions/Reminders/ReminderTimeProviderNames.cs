namespace Orleans.Reminders;

/// <summary>The key of the clock of reminders.</summary>
public static class ReminderTimeProviderNames
{
    public const string Reminders = "Orleans.Reminders";
}
