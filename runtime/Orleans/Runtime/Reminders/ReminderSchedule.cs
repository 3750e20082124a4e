namespace Orleans.Runtime.Reminders;

/// <summary>When reminders tick: at their start and at whole periods after it, never in between.</summary>
internal static class ReminderSchedule
{
    /// <summary>
    /// The first tick that is not before <paramref name="now"/>; a start that has passed waits for the next multiple.
    /// </summary>
    public static DateTime Next(DateTime startAt, TimeSpan period, DateTime now)
    {
        if (now <= startAt)
            return startAt;
        if (period <= TimeSpan.Zero)
            return now;
        var periods = ((now - startAt).Ticks + period.Ticks - 1) / period.Ticks;
        return startAt + TimeSpan.FromTicks(periods * period.Ticks);
    }
}
