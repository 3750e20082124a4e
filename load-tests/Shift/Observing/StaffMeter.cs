namespace Engine.LoadTests.Shift.Observing;

/// <summary>How much the staff had to do, and how fairly it was spread.</summary>
internal sealed record StaffMeter
{
    private static readonly TimeSpan OnlineMin = TimeSpan.FromMinutes(30);

    /// <summary>Agents who were there for half an hour at least.</summary>
    public int Agents { get; init; }

    public double OnlineHours { get; init; }

    /// <summary>Units held by units there, while their agents were online; 0 to 1.</summary>
    public double? Utilisation { get; init; }

    /// <summary>Assignments by queues for each hour there: the highest of all agents' by the lowest. Null: somebody got nothing.</summary>
    public double? Fairness { get; init; }

    public double AssignmentsPerHourMin { get; init; }

    public double AssignmentsPerHourMax { get; init; }

    public static StaffMeter Of(
        IReadOnlyCollection<AgentStory> agents, IReadOnlyCollection<ConversationStory> stories, IReadOnlyCollection<Holding> holdings,
        DateTimeOffset end)
    {
        var assigned = stories.SelectMany(s => s.Steps)
            .Where(s => s.Change is { } change && OwnershipCheck.IsRouted(change))
            .GroupBy(s => s.Change!.To, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var loads = holdings.GroupBy(h => h.Agent, StringComparer.Ordinal).ToDictionary(g => g.Key, LoadCurve.Of, StringComparer.Ordinal);
        double held = 0, there = 0, hours = 0;
        var rates = new List<double>();
        foreach (var agent in agents)
        {
            var online = agent.Online(end).ToList();
            var hoursOnline = online.Sum(o => (o.To - o.From).TotalHours);
            if (hoursOnline < OnlineMin.TotalHours) continue;
            hours += hoursOnline;
            there += hoursOnline * agent.CapacityUnits;
            if (loads.TryGetValue(agent.Name, out var load)) held += online.Sum(o => load.UnitHours(o.From, o.To));
            rates.Add(assigned.GetValueOrDefault(agent.Name) / hoursOnline);
        }

        return new StaffMeter
        {
            Agents = rates.Count,
            OnlineHours = hours,
            Utilisation = there > 0 ? held / there : null,
            Fairness = rates.Count > 0 && rates.Min() > 0 ? rates.Max() / rates.Min() : null,
            AssignmentsPerHourMin = rates.DefaultIfEmpty().Min(),
            AssignmentsPerHourMax = rates.DefaultIfEmpty().Max(),
        };
    }
}
