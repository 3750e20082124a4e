using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Matching;

/// <summary>A queue's settings, read for matching.</summary>
internal sealed class QueueRules
{
    private const string Prefix = "queues/";
    private const int HeldAgentsUsual = 1;
    private const int HeldAgentsPercentUsual = 20;
    private static readonly long PreferredWaitUsual = Duration.FromMinutes(2).BclCompatibleTicks;

    public QueueRules(Queue queue)
    {
        Name = queue.Name;
        Id = Bare(queue.Name);
        Version = queue.Version;
        Choice = queue.AgentChoice is RoutingRule.MostSpareShare or RoutingRule.RoundRobin ? queue.AgentChoice : RoutingRule.MostSpare;
        PreferredWait = queue.PreferredWait is { } wait ? BoardTime.Ticks(wait) : PreferredWaitUsual;
        HeldAgentsMax = queue.HasHeldAgentsMax ? queue.HeldAgentsMax : HeldAgentsUsual;
        HeldAgentsPercent = queue.HasHeldAgentsPercent ? queue.HeldAgentsPercent : HeldAgentsPercentUsual;
        Skills = [.. queue.RequiredSkills];
        Steps = Read(queue);
        AllQueues = Steps[^1].Queues;
    }

    public string Name { get; }

    public string Id { get; }

    public long Version { get; }

    public RoutingRule Choice { get; }

    /// <summary>In ticks.</summary>
    public long PreferredWait { get; }

    /// <summary>Agents who save room up for one conversation; 0: none.</summary>
    public int HeldAgentsMax { get; }

    /// <summary>Share of those who fit that may save room up at a time.</summary>
    public int HeldAgentsPercent { get; }

    public IReadOnlyList<SkillRequirement> Skills { get; }

    /// <summary>What is asked for after as many steps as the index says: the first one holds from the beginning.</summary>
    public IReadOnlyList<AskedStep> Steps { get; }

    /// <summary>Every queue whose agents may be asked sooner or later.</summary>
    public IReadOnlySet<string> AllQueues { get; }

    /// <param name="waited">Ticks.</param>
    public int StepAt(long waited)
    {
        var step = 0;
        while (step + 1 < Steps.Count && Steps[step + 1].After <= waited) step++;
        return step;
    }

    private List<AskedStep> Read(Queue queue)
    {
        var step = new AskedStep(0, new HashSet<string>(StringComparer.Ordinal), false, !queue.MatchLanguage, new HashSet<string>(StringComparer.Ordinal) { Id });
        var steps = new List<AskedStep> { step };
        foreach (var relax in queue.RelaxSteps.OrderBy(relax => relax.After is { } after ? BoardTime.Ticks(after) : 0))
        {
            step = new AskedStep(
                relax.After is { } after ? BoardTime.Ticks(after) : 0,
                step.DroppedSkills.Concat(relax.DropSkills).ToHashSet(StringComparer.Ordinal),
                step.DropsAllSkills || relax.DropAllSkills,
                step.DropsLanguage || relax.DropLanguage,
                step.Queues.Concat(relax.AlsoQueues.Select(Bare)).ToHashSet(StringComparer.Ordinal));
            steps.Add(step);
        }

        return steps;
    }

    private static string Bare(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
}
