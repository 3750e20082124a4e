using System.Globalization;
using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>
/// Whether work lay about while there was somebody for it: at the end, or longer than <c>patience</c> although one and the same
/// agent fitted and had room all that time.
/// </summary>
/// <remarks>
/// Who had declined the conversation is not counted as somebody for it. Room is what is left beside everything that the agent
/// has, by the events; an offer under way takes room that no event tells of, but it lasts for seconds and patience for minutes.
/// While something larger waits that the agent fits, the agent may be saving room up for it: that time counts for nothing.
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
        var all = waits.ToList();
        foreach (var wait in all)
        {
            if (!wait.Ended) atEnd.Add($"{wait.Story.Name} waits in {wait.Begin.Queue} at the end");
            if (wait.To - wait.From < patience) continue;
            var wish = wishes.GetValueOrDefault(wait.Story.Name) ?? Wishes.None;
            var units = rules.UnitsOf(wait.Begin.Mode, wait.Begin.Channel);
            var larger = all.Where(w => rules.UnitsOf(w.Begin.Mode, w.Begin.Channel) > units && w.From < wait.To && w.To > wait.From).ToList();
            if (agents.FirstOrDefault(a => !declined.Contains((wait.Story.Name, a.Name)) && HadRoom(wait, a, loads.GetValueOrDefault(a.Name), rules, wish, larger, wishes, patience, end)) is { } idle)
            {
                overlooked.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{wait.Story.Name} waited in {wait.Begin.Queue} from {wait.From:HH:mm:ss} to {wait.To:HH:mm:ss} though {idle.Name} had room"));
            }
        }

        return (atEnd, overlooked);
    }

    private static bool HadRoom(
        Waiting wait, AgentStory agent, LoadCurve? load, ShopRules rules, Wishes wish, List<Waiting> larger,
        IReadOnlyDictionary<string, Wishes> wishes, TimeSpan patience, DateTimeOffset end)
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
                if (profile.CapacityUnits < units) continue;
                foreach (var (start, stop) in Without(larger.Where(w => MayBeSavedFor(w, profile, rules, wishes)), begin, until))
                {
                    if (stop - start < patience) continue;
                    if (load is null || load.LongestAtMost(profile.CapacityUnits - units, start, stop) >= patience) return true;
                }
            }
        }

        return false;
    }

    private static bool MayBeSavedFor(Waiting larger, Agent agent, ShopRules rules, IReadOnlyDictionary<string, Wishes> wishes)
    {
        var wish = wishes.GetValueOrDefault(larger.Story.Name) ?? Wishes.None;
        return agent.CapacityUnits >= rules.UnitsOf(larger.Begin.Mode, larger.Begin.Channel)
            && rules.Fits(agent, larger.Begin.Queue, larger.Begin.Channel, wish.Language, wish.Skills, larger.To - larger.From);
    }

    /// <summary>What is left of a time.</summary>
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Without(IEnumerable<Waiting> waits, DateTimeOffset from, DateTimeOffset to)
    {
        foreach (var wait in waits.OrderBy(w => w.From))
        {
            if (wait.From >= to) break;
            if (wait.From > from) yield return (from, wait.From);
            if (wait.To > from) from = wait.To;
        }

        if (to > from) yield return (from, to);
    }
}
