namespace Engine.Grains.Tests.Sla;

internal static partial class SlaExamples
{
    /// <summary>Weekends, breaks, holidays, closures, extra hours, nights.</summary>
    private static readonly Dictionary<string, string> Hours = new()
    {
        ["Friday afternoon runs into Monday"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Fri 2026-06-05 16:30 customer
            Mon 2026-06-08 09:18 = first at risk
            Mon 2026-06-08 09:30 = first breached
            Mon 2026-06-08 10:00 agent
            Mon 2026-06-08 10:00 = first met late
            """,
        ["A reply before that is in time"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Fri 2026-06-05 16:30 customer
            Mon 2026-06-08 09:10 agent
            Mon 2026-06-08 09:10 = first met
            """,
        ["A reply at the very instant is too late"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Fri 2026-06-05 16:30 customer
            Mon 2026-06-08 09:18 = first at risk
            Mon 2026-06-08 09:30 = first breached
            Mon 2026-06-08 09:30 agent
            Mon 2026-06-08 09:30 = first met late
            """,
        ["A reply just before the instant is not"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Fri 2026-06-05 16:30 customer
            Mon 2026-06-08 09:18 = first at risk
            Mon 2026-06-08 09:29:59 agent
            Mon 2026-06-08 09:29:59 = first met
            """,
        ["Before opening the wait begins at opening"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Mon 2026-06-01 06:00 customer
            Mon 2026-06-01 09:48 = first at risk
            Mon 2026-06-01 10:00 = first breached
            Mon 2026-06-01 12:00 end
            """,
        ["Saturday counts from Monday"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Sat 2026-06-06 12:00 customer
            Mon 2026-06-08 09:48 = first at risk
            Mon 2026-06-08 10:00 = first breached
            Mon 2026-06-08 12:00 end
            """,
        ["A target that fills the day ends at closing, not at the next opening"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Fri 2026-06-05 16:00 customer
            Fri 2026-06-05 16:48 = first at risk
            Fri 2026-06-05 17:00 = first breached
            Fri 2026-06-05 17:00 end
            """,
        ["Calendar time runs through the evening"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 4h calendar
            Fri 2026-06-05 16:30 customer
            Fri 2026-06-05 19:42 = first at risk
            Fri 2026-06-05 20:30 = first breached
            Mon 2026-06-08 09:00 end
            """,
        ["Nobody counts the lunch break"] = """
            hours Europe/Berlin Mon-Fri 09:00-12:00 13:00-17:00
            promise first 1h
            Wed 2026-06-03 11:30 customer
            Wed 2026-06-03 13:18 = first at risk
            Wed 2026-06-03 13:30 = first breached
            Wed 2026-06-03 15:00 end
            """,
        ["Christmas and the weekend after it"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            holiday 2026-12-25 Christmas
            promise first 1h
            Thu 2026-12-24 16:30 customer
            Mon 2026-12-28 09:18 = first at risk
            Mon 2026-12-28 09:30 = first breached
            Mon 2026-12-28 12:00 end
            """,
        ["A holiday of every year"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            holiday 01-01 New Year
            promise first 1h
            Thu 2026-12-31 16:30 customer
            Mon 2027-01-04 09:18 = first at risk
            Mon 2027-01-04 09:30 = first breached
            Mon 2027-01-04 12:00 end
            """,
        ["A closure in the afternoon"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            closed 2026-06-03T14:00 2026-06-03T16:00 Meeting
            promise first 2h
            Wed 2026-06-03 13:00 customer
            Wed 2026-06-03 16:36 = first at risk
            Wed 2026-06-03 17:00 = first breached
            Thu 2026-06-04 09:00 end
            """,
        ["Extra hours on a Saturday"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            extra 2026-06-06T10:00 2026-06-06T12:00
            promise first 1h
            Fri 2026-06-05 16:30 customer
            Sat 2026-06-06 10:18 = first at risk
            Sat 2026-06-06 10:30 = first breached
            Mon 2026-06-08 09:00 end
            """,
        ["Extra hours win over a holiday"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            holiday 2026-12-25 Christmas
            extra 2026-12-25T10:00 2026-12-25T12:00
            promise first 1h
            Thu 2026-12-24 16:30 customer
            Fri 2026-12-25 10:18 = first at risk
            Fri 2026-12-25 10:30 = first breached
            Mon 2026-12-28 09:00 end
            """,
        ["A closure wins over extra hours"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            extra 2026-06-06T10:00 2026-06-06T12:00
            closed 2026-06-06T10:00 2026-06-06T11:00
            promise first 1h
            Fri 2026-06-05 16:30 customer
            Sat 2026-06-06 11:18 = first at risk
            Sat 2026-06-06 11:30 = first breached
            Mon 2026-06-08 09:00 end
            """,
        ["An evening shift runs past midnight"] = """
            hours Europe/Berlin Mon-Fri 18:00-02:00
            promise first 3h
            Mon 2026-06-01 23:30 customer
            Tue 2026-06-02 01:54 = first at risk
            Tue 2026-06-02 18:30 = first breached
            Tue 2026-06-02 20:00 end
            """,
        ["Friday's night shift ends on Saturday"] = """
            hours Europe/Berlin Mon-Fri 18:00-02:00
            promise first 4h
            Fri 2026-06-05 23:00 customer
            Mon 2026-06-08 18:12 = first at risk
            Mon 2026-06-08 19:00 = first breached
            Mon 2026-06-08 20:00 end
            """,
        ["A holiday ends the shift of its eve at midnight and has none of its own"] = """
            hours Europe/Berlin Mon-Fri 18:00-02:00
            holiday 2026-12-25 Christmas
            promise first 2h
            Thu 2026-12-24 23:00 customer
            Mon 2026-12-28 18:36 = first at risk
            Mon 2026-12-28 19:00 = first breached
            Mon 2026-12-28 20:00 end
            """,
        ["A calendar that never opens breaks no promise"] = """
            hours Europe/Berlin
            promise first 1h
            Mon 2026-06-01 09:00 customer
            Tue 2027-06-01 09:00 end
            """,
        ["At risk from half of the time on"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 2h risk 50
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 10:00 = first at risk
            Mon 2026-06-01 10:30 agent
            Mon 2026-06-01 10:30 = first met
            """,
    };
}
