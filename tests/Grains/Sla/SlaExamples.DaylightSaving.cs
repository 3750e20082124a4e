namespace Engine.Grains.Tests.Sla;

internal static partial class SlaExamples
{
    /// <summary>The nights of which an hour is missing, or comes twice.</summary>
    private static readonly Dictionary<string, string> DaylightSaving = new()
    {
        ["Spring: the wait is four hours, the clock on the wall says five"] = """
            hours Europe/Berlin Mon-Sun 00:00-24:00
            promise first 4h
            Sun 2026-03-29 00:00 customer
            Sun 2026-03-29 04:12 = first at risk
            Sun 2026-03-29 05:00 = first breached
            Sun 2026-03-29 06:00 end
            """,
        ["Autumn: the wait is four hours, the clock on the wall says three"] = """
            hours Europe/Berlin Mon-Sun 00:00-24:00
            promise first 4h
            Sun 2026-10-25 00:00 customer
            Sun 2026-10-25 02:12 later = first at risk
            Sun 2026-10-25 03:00 = first breached
            Sun 2026-10-25 06:00 end
            """,
        ["A night shift of seven hours on the short night"] = """
            hours Europe/Berlin Sat-Sat 22:00-06:00
            promise first 6h
            Sat 2026-03-28 23:00 customer
            Sun 2026-03-29 04:48 = first at risk
            Sun 2026-03-29 06:00 = first breached
            Sun 2026-03-29 12:00 end
            """,
        ["A night shift of nine hours on the long night"] = """
            hours Europe/Berlin Sat-Sat 22:00-06:00
            promise first 8h
            Sat 2026-10-24 23:00 customer
            Sun 2026-10-25 04:24 = first at risk
            Sun 2026-10-25 06:00 = first breached
            Sun 2026-10-25 12:00 end
            """,
        ["Office hours before and after the clocks go forward"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Fri 2026-03-27 16:30 customer
            Mon 2026-03-30 09:18 = first at risk
            Mon 2026-03-30 09:30 = first breached
            Mon 2026-03-30 12:00 end
            """,
        ["Office hours before and after the clocks go back"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Fri 2026-10-23 16:30 customer
            Mon 2026-10-26 09:18 = first at risk
            Mon 2026-10-26 09:30 = first breached
            Mon 2026-10-26 12:00 end
            """,
        ["Hours within the skipped hour do not take place"] = """
            hours Europe/Berlin Sun-Sun 02:00-03:00
            promise first 30m
            Sun 2026-03-29 01:00 customer
            Sun 2026-04-05 02:24 = first at risk
            Sun 2026-04-05 02:30 = first breached
            Sun 2026-04-05 12:00 end
            """,
        ["Hours within the repeated hour take place twice"] = """
            hours Europe/Berlin Sun-Sun 02:00-03:00
            promise first 90m
            Sun 2026-10-25 01:00 customer
            Sun 2026-10-25 02:12 later = first at risk
            Sun 2026-10-25 02:30 later = first breached
            Sun 2026-10-25 12:00 end
            """,
        ["A day of calendar time is 24 hours in spring too"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 24h calendar
            Sat 2026-03-28 12:00 customer
            Sun 2026-03-29 08:12 = first at risk
            Sun 2026-03-29 13:00 = first breached
            Mon 2026-03-30 09:00 end
            """,
        ["New York changes on another Sunday"] = """
            hours America/New_York Mon-Fri 09:00-17:00
            promise first 1h
            Fri 2026-03-06 16:30 customer
            Mon 2026-03-09 09:18 = first at risk
            Mon 2026-03-09 09:30 = first breached
            Mon 2026-03-09 12:00 end
            """,
        ["Lord Howe moves its clocks by half an hour"] = """
            hours Australia/Lord_Howe Mon-Sun 00:00-24:00
            promise first 2h
            Sun 2026-10-04 01:00 customer
            Sun 2026-10-04 03:06 = first at risk
            Sun 2026-10-04 03:30 = first breached
            Sun 2026-10-04 12:00 end
            """,
    };
}
