namespace Engine.Grains.Tests.Sla;

internal static partial class SlaExamples
{
    /// <summary>Who waits for what: replies, bots, updates, resolution, reopening.</summary>
    private static readonly Dictionary<string, string> Answers = new()
    {
        ["A second message does not begin the wait anew"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            promise next 2h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:30 agent
            Mon 2026-06-01 09:30 = first met
            Mon 2026-06-01 10:00 customer
            Mon 2026-06-01 11:00 customer
            Mon 2026-06-01 11:36 = next at risk
            Mon 2026-06-01 12:00 = next breached
            Mon 2026-06-01 12:30 agent
            Mon 2026-06-01 12:30 = next met late
            """,
        ["The second message before the first reply is of the first response"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            promise next 10m
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:20 customer
            Mon 2026-06-01 09:40 agent
            Mon 2026-06-01 09:40 = first met
            Mon 2026-06-01 12:00 end
            """,
        ["A bot's reply is none"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:01 bot
            Mon 2026-06-01 09:48 = first at risk
            Mon 2026-06-01 10:00 = first breached
            Mon 2026-06-01 10:30 agent
            Mon 2026-06-01 10:30 = first met late
            """,
        ["A bot's reply is one where the policy says so"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            bots count
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:01 bot
            Mon 2026-06-01 09:01 = first met
            Mon 2026-06-01 12:00 end
            """,
        ["Notes and acknowledgements answer nothing"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:10 note
            Mon 2026-06-01 09:20 acknowledge
            Mon 2026-06-01 09:48 = first at risk
            Mon 2026-06-01 10:00 = first breached
            Mon 2026-06-01 12:00 end
            """,
        ["Nobody owes a first response when the shop wrote first"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            promise next 2h
            Mon 2026-06-01 09:00 agent
            Mon 2026-06-01 10:00 customer
            Mon 2026-06-01 11:00 agent
            Mon 2026-06-01 11:00 = next met
            """,
        ["An update is due from reply to reply"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise update 4h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 10:00 agent
            Mon 2026-06-01 13:12 = update at risk
            Mon 2026-06-01 14:00 = update breached
            Mon 2026-06-01 15:00 agent
            Mon 2026-06-01 15:00 = update met late
            Tue 2026-06-02 09:30 agent
            Tue 2026-06-02 09:30 = update met
            Tue 2026-06-02 10:00 resolve
            Tue 2026-06-02 10:00 = update cancelled
            """,
        ["Resolved without a reply nobody waits any more"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:30 resolve
            Mon 2026-06-01 09:30 = first cancelled
            Tue 2026-06-02 12:00 end
            """,
        ["Resolved without a reply and asked again it is a first response still"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            promise next 2h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:30 resolve
            Mon 2026-06-01 09:30 = first cancelled
            Tue 2026-06-02 09:00 customer
            Tue 2026-06-02 09:48 = first at risk
            Tue 2026-06-02 10:00 = first breached
            Tue 2026-06-02 12:00 end
            """,
        ["While the customer owes an answer no resolution is waited for"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise resolution 8h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 10:00 agent
            Tue 2026-06-02 09:00 customer
            Tue 2026-06-02 14:24 = resolution at risk
            Tue 2026-06-02 16:00 = resolution breached
            Wed 2026-06-03 09:00 end
            """,
        ["Resolved in time"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise resolution 8h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 10:00 agent
            Tue 2026-06-02 09:00 customer
            Tue 2026-06-02 12:00 resolve
            Tue 2026-06-02 12:00 = resolution met
            """,
        ["Reopened, the wait for a resolution goes on"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise resolution 8h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 12:00 resolve
            Mon 2026-06-01 12:00 = resolution met
            Tue 2026-06-02 09:00 customer
            Tue 2026-06-02 12:24 = resolution at risk
            Tue 2026-06-02 14:00 = resolution breached
            Tue 2026-06-02 15:00 resolve
            Tue 2026-06-02 15:00 = resolution met late
            """,
        ["A resolution that came too late stays so when it is reopened"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise resolution 2h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 10:36 = resolution at risk
            Mon 2026-06-01 11:00 = resolution breached
            Mon 2026-06-01 12:00 resolve
            Mon 2026-06-01 12:00 = resolution met late
            Tue 2026-06-02 09:00 customer
            Tue 2026-06-02 16:00 resolve
            """,
        ["Reopened by an agent an update is due"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise update 2h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:30 agent
            Mon 2026-06-01 10:00 resolve
            Mon 2026-06-01 10:00 = update cancelled
            Tue 2026-06-02 09:00 reopen
            Tue 2026-06-02 10:36 = update at risk
            Tue 2026-06-02 11:00 = update breached
            Tue 2026-06-02 12:00 end
            """,
        ["Closed for good is resolved"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise resolution 8h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 11:00 close
            Mon 2026-06-01 11:00 = resolution met
            """,
        ["A word after resolved fulfils and begins nothing"] = """
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            promise update 1h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 09:30 agent
            Mon 2026-06-01 09:30 = first met
            Mon 2026-06-01 09:40 resolve
            Mon 2026-06-01 09:40 = update cancelled
            Mon 2026-06-01 09:41 agent
            Tue 2026-06-02 12:00 end
            """,
    };
}
