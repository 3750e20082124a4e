using System.Globalization;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>
/// Whether work lay about while there was somebody for it: at the end, or longer than <c>patience</c> although one and the same
/// agent fitted and had room all that time.
/// </summary>
/// <remarks>
/// Who had declined the conversation is not counted as somebody for it. Room is what is left beside everything that the agent
/// has, by the events; an offer under way takes room that no event tells of, but it lasts for seconds and patience for minutes.
/// </remarks>
internal static class StrandedCheck
{
    /// <param name="wishes">What conversations ask for, by their names; as their customers wrote.</param>
    /// <param name="declined">Who declined which conversation, or let the offer pass.</param>
    public static (Findings AtEnd, Findings Overlooked) Check(
        IEnumerable<Waiting> waits, IReadOnlyCollection<AgentStory> agents, IReadOnlyList<Holding> holdings, ShopRules rules,
        IReadOnlyDictionary<string, Wishes> wishes, IReadOnlySet<(string Conversation, string Agent)> declined, TimeSpan patience,
        DateTimeOffset end)
    {
        var (atEnd, overlooked) = (new Findings(), new Findings());
        var loads = holdings.GroupBy(h => h.Agent, StringComparer.Ordinal).ToDictionary(g => g.Key, g => LoadCurve.Of(g), StringComparer.Ordinal);
        foreach (var wait in waits)
        {
            if (!wait.Ended) atEnd.Add($"{wait.Story.Name} waits in {wait.Begin.Queue} at the end");
            if (wait.To - wait.From < patience) continue;
            var wish = wishes.GetValueOrDefault(wait.Story.Name) ?? Wishes.None;
            if (agents.FirstOrDefault(a => !declined.Contains((wait.Story.Name, a.Name)) && HadRoom(wait, a, loads.GetValueOrDefault(a.Name), rules, wish, patience, end)) is { } idle)
            {
                overlooked.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{wait.Story.Name} waited in {wait.Begin.Queue} from {wait.From:HH:mm:ss} to {wait.To:HH:mm:ss} though {idle.Name} had room"));
            }
        }

        return (atEnd, overlooked);
    }

    private static bool HadRoom(
        Waiting wait, AgentStory agent, LoadCurve? load, ShopRules rules, Wishes wish, TimeSpan patience, DateTimeOffset end)
    {
        var units = rules.UnitsOf(wait.Begin.Mode, wait.Begin.Channel);
        var steps = rules.Queues.TryGetValue(wait.Begin.Queue, out var queue) ? queue.RelaxSteps.Select(s => s.After.ToTimeSpan()) : [];
        foreach (var waited in steps.Prepend(TimeSpan.Zero))
        {
            // From the moment at which no more than this was asked for.
            var since = wait.From + waited;
            if (wait.To - since < patience) break;
            foreach (var (from, to) in agent.Online(end))
            {
                var (begin, until) = (from > since ? from : since, to < wait.To ? to : wait.To);
                if (until - begin < patience || agent.AsOf(begin) is not { } profile) continue;
                if (!rules.Fits(profile, wait.Begin.Queue, wait.Begin.Channel, wish.Language, wish.Skills, waited)) continue;
                if (load is null || load.LongestAtMost(profile.CapacityUnits - units, begin, until) >= patience) return profile.CapacityUnits >= units;
            }
        }

        return false;
    }
}
