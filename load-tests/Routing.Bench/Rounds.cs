using Engine.Grains.Routing.Matching;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.RoutingBench;

/// <summary>The two things measured, each on a fresh board.</summary>
internal static class Rounds
{
    private const int UnitsEach = 10;

    /// <summary>
    /// Pure matching: everybody is idle and everything waits, as after a restart; so many matches, or all that wait. Room is
    /// ample so that none ends for want of it.
    /// </summary>
    public static Round Fill(int agents, int waiting, int matches, RoutingRule rule, bool explains)
    {
        var shop = new Shop(agents, waiting, 10_000, rule);
        var board = shop.NewBoard(explains);
        var reservations = Ids(matches);
        var until = Shop.Now + Duration.FromSeconds(30);
        var meter = Meter.Start();
        var made = 0;
        while (made < matches && board.Next(Shop.Now, reservations[made], until) is not null) made++;
        return meter.Stop(made);
    }

    /// <summary>
    /// Everybody is busy; each time units become free the next conversation is matched, with all the news around it: what the
    /// agent tells three times (freed, reserved, assigned), the conversation gone, another one waiting instead.
    /// </summary>
    public static Round Steady(int agents, int waiting, int matches, RoutingRule rule, bool explains)
    {
        var shop = new Shop(agents, waiting, 100, rule);
        var board = shop.NewBoard(explains);
        var random = new Random(7);
        var told = shop.Agents.ToDictionary(agent => agent.Agent);
        var now = Shop.Now;
        // Until everybody is busy, or nothing waits that the idle could do.
        for (var i = 0; board.Next(now, $"fill-{i}", now + Duration.FromHours(1)) is { } match; i++)
        {
            Assign(board, told, match, now);
            board.Put(shop.NewConversation(), now);
        }

        var reservations = Ids(matches);
        var meter = Meter.Start();
        var made = 0;
        var freed = 0;
        while (made < matches)
        {
            // Everything would have been freed many times: nothing fits any more, which would be a fault of this benchmark.
            if (freed++ > matches * 10) throw new InvalidOperationException("Too few matches.");
            now += Duration.FromMilliseconds(1);
            var agent = told[shop.Agents[random.Next(shop.Agents.Length)].Agent];
            if (agent.HeldUnits >= UnitsEach) Tell(board, told, Shop.Changed(agent, agent.HeldUnits - UnitsEach, null, now), now);
            while (made < matches && board.Next(now, reservations[made], now + Duration.FromSeconds(30)) is { } match)
            {
                made++;
                Assign(board, told, match, now);
                board.Put(shop.NewConversation(), now);
            }
        }

        return meter.Stop(made);
    }

    private static void Assign(QueueBoard board, Dictionary<string, AgentRouting> told, Match match, Instant now)
    {
        var agent = told[match.Agent];
        if (agent.HeldUnits + match.Units > agent.CapacityUnits) throw new InvalidOperationException($"{agent.Agent} is over capacity.");
        var reserved = Shop.Changed(agent, agent.HeldUnits, match.Reservation, now);
        Tell(board, told, reserved, now);
        board.Remove(match.Conversation.Conversation, match.Conversation.Version + 1, now);
        board.Drop(match.Reservation, now);
        Tell(board, told, Shop.Changed(reserved, reserved.HeldUnits + match.Units, null, now), now);
    }

    private static void Tell(QueueBoard board, Dictionary<string, AgentRouting> told, AgentRouting agent, Instant now)
    {
        told[agent.Agent] = agent;
        board.PutAgent(agent, now);
    }

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i:x32}")];
}
