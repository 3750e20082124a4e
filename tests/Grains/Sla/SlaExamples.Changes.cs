namespace Engine.Grains.Tests.Sla;

internal static partial class SlaExamples
{
    /// <summary>Pauses, transfers, and rules that change under way.</summary>
    private static readonly Dictionary<string, string> Changes = new()
    {
        ["Snoozed does not count where the policy says so"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 2h pause snoozed
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 10:00 snooze
            Mon 2026-06-01 15:00 wake
            Mon 2026-06-01 15:36 = first at risk
            Mon 2026-06-01 16:00 = first breached
            Tue 2026-06-02 09:00 end
            """,
        ["Snoozed counts otherwise"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 2h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 10:00 snooze
            Mon 2026-06-01 10:36 = first at risk
            Mon 2026-06-01 11:00 = first breached
            Mon 2026-06-01 15:00 wake
            Tue 2026-06-02 09:00 end
            """,
        ["Pending after a bot's reply pauses where the policy says so"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 2h pause pending
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:30 bot
            Mon 2026-06-01 14:00 customer
            Mon 2026-06-01 15:06 = first at risk
            Mon 2026-06-01 15:30 = first breached
            Tue 2026-06-02 09:00 end
            """,
        ["A promise can be kept while it is paused"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 2h pause snoozed
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 10:00 snooze
            Mon 2026-06-01 16:00 agent
            Mon 2026-06-01 16:00 = first met
            """,
        ["A pause over the weekend takes nothing from the hours"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise resolution 4h pause snoozed
            Fri 2026-06-05 15:00 customer
            Fri 2026-06-05 16:00 snooze
            Mon 2026-06-08 12:00 wake
            Mon 2026-06-08 14:12 = resolution at risk
            Mon 2026-06-08 15:00 = resolution breached
            Mon 2026-06-08 17:00 end
            """,
        ["A colleague takes over: the customer waits on"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 2h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:30 transfer
            Mon 2026-06-01 10:36 = first at risk
            Mon 2026-06-01 11:00 = first breached
            Mon 2026-06-01 12:00 end
            """,
        ["A queue with a stricter promise takes over"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            policy vip for queue vip
            promise first 1h
            policy standard
            promise first 4h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:30 queue vip
            Mon 2026-06-01 09:48 = first at risk
            Mon 2026-06-01 10:00 = first breached
            Mon 2026-06-01 12:00 end
            """,
        ["A queue whose promise is over already breaks it at once"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            policy vip for queue vip
            promise first 1h
            policy standard
            promise first 4h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 11:00 queue vip
            Mon 2026-06-01 11:00 = first breached
            Mon 2026-06-01 12:00 end
            """,
        ["In a queue without promise no time counts"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            policy main for queue main
            promise first 2h
            Mon 2026-06-01 09:00 queue main
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:30 queue other
            Mon 2026-06-01 12:00 queue main
            Mon 2026-06-01 13:06 = first at risk
            Mon 2026-06-01 13:30 = first breached
            Mon 2026-06-01 17:00 end
            """,
        ["Raised to urgent"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            policy urgent for priority urgent
            promise first 30m
            policy standard
            promise first 4h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:10 priority urgent
            Mon 2026-06-01 09:24 = first at risk
            Mon 2026-06-01 09:30 = first breached
            Mon 2026-06-01 12:00 end
            """,
        ["The first policy that matches holds"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            policy gold for tier gold
            promise first 1h
            policy web for channel web tier gold
            promise first 10m
            policy standard
            promise first 8h
            Mon 2026-06-01 09:00 tier gold
            Mon 2026-06-01 09:00 channel web
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:48 = first at risk
            Mon 2026-06-01 10:00 = first breached
            Mon 2026-06-01 12:00 end
            """,
        ["The policy becomes stricter"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 4h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 10:00 change promise first 2h
            Mon 2026-06-01 10:36 = first at risk
            Mon 2026-06-01 11:00 = first breached
            Mon 2026-06-01 12:00 end
            """,
        ["The policy is eased after it was at risk: told once"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:48 = first at risk
            Mon 2026-06-01 09:50 change promise first 2h
            Mon 2026-06-01 11:00 = first breached
            Mon 2026-06-01 12:00 end
            """,
        ["The policy is eased after the breach: what is broken is broken"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:48 = first at risk
            Mon 2026-06-01 10:00 = first breached
            Mon 2026-06-01 10:30 change promise first 8h
            Mon 2026-06-01 11:00 agent
            Mon 2026-06-01 11:00 = first met late
            """,
        ["Longer hours from today on"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 4h
            Mon 2026-06-01 15:00 customer
            Mon 2026-06-01 16:00 change hours Mon-Fri 09:00-20:00
            Mon 2026-06-01 18:12 = first at risk
            Mon 2026-06-01 19:00 = first breached
            Tue 2026-06-02 09:00 end
            """,
        ["From business time to calendar time: what has counted stays counted"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 4h
            Fri 2026-06-05 16:00 customer
            Sat 2026-06-06 10:00 change promise first 4h calendar
            Sat 2026-06-06 12:12 = first at risk
            Sat 2026-06-06 13:00 = first breached
            Mon 2026-06-08 09:00 end
            """,
        ["A promise made under way counts from then on"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 12:00 change add new first 1h
            Mon 2026-06-01 12:48 = first at risk
            Mon 2026-06-01 13:00 = first breached
            Mon 2026-06-01 15:00 end
            """,
        ["A promise withdrawn is not broken"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:30 change remove standard
            Tue 2026-06-02 12:00 end
            """,
    };
}
