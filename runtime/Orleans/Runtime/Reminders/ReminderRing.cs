namespace Orleans.Runtime.Reminders;

/// <summary>Which part of the ring of uniform hashes a silo answers for: after Begin up to and with End.</summary>
internal readonly record struct ReminderRing(uint Begin, uint End)
{
    /// <summary>The whole ring.</summary>
    public static ReminderRing Full => new(0, 0);

    public bool Contains(uint hash) => Begin < End ? hash > Begin && hash <= End : hash > Begin || hash <= End || Begin == End;
}
