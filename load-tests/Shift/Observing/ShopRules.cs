using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>
/// What was agreed for the shop: as the administrator set it, never as the engine tells it. An observer that asked the engine
/// what is right would find that everything is.
/// </summary>
internal sealed record ShopRules
{
    private const int PercentOfAll = 100;

    /// <summary>By queues/{queue}.</summary>
    public required IReadOnlyDictionary<string, Queue> Queues { get; init; }

    public required RoutingSettings Settings { get; init; }

    /// <summary>In the order in which they are asked.</summary>
    public required IReadOnlyList<SlaPolicy> Policies { get; init; }

    /// <summary>When the shop is open, for targets in business time; in order, not overlapping.</summary>
    public required IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Hours { get; init; }

    /// <summary>What a conversation holds of its assignee's units.</summary>
    public int UnitsOf(ConversationStep step)
    {
        var share = step.Status switch
        {
            ConversationStatus.Open => PercentOfAll,
            ConversationStatus.Pending => Settings.PendingPercent,
            ConversationStatus.Snoozed => Settings.SnoozedPercent,
            _ => 0,
        };
        return (UnitsOf(step.Mode, step.Channel) * share + PercentOfAll - 1) / PercentOfAll;
    }

    /// <summary>What a conversation holds while it is OPEN.</summary>
    public int UnitsOf(ConversationMode mode, string channel) => mode switch
    {
        ConversationMode.Live => Settings.LiveUnits,
        ConversationMode.Callback => Settings.CallbackUnits,
        _ => Settings.ChannelUnits.TryGetValue(channel, out var units) ? units : Settings.AsynchronousUnits,
    };

    /// <summary>What is promised about a metric; null: nothing.</summary>
    public (SlaPolicy Policy, SlaTarget Target)? PromiseOf(SlaMetric metric, string queue, string channel)
    {
        var policy = Policies.FirstOrDefault(p => p.Match is not { } match
            || ((match.Queues.Count == 0 || match.Queues.Contains(queue)) && (match.Channels.Count == 0 || match.Channels.Contains(channel))));
        return policy?.Targets.FirstOrDefault(t => t.Metric == metric) is { } target ? (policy, target) : null;
    }

    /// <summary>Whether an agent could be given work of a queue that has waited for some time.</summary>
    /// <param name="language">Of the customer.</param>
    /// <param name="skills">What the conversation asks for besides the queue.</param>
    /// <param name="waited">By how much its wishes may have relaxed.</param>
    public bool Fits(Agent agent, string queue, string channel, string language, IEnumerable<SkillRequirement> skills, TimeSpan waited)
    {
        if (!Queues.TryGetValue(queue, out var rules)) return false;
        var relaxed = rules.RelaxSteps.Where(s => s.After.ToTimeSpan() <= waited).ToList();
        if (!agent.Queues.Contains(queue) && !relaxed.Any(r => r.AlsoQueues.Any(agent.Queues.Contains))) return false;
        if (agent.Channels.Count > 0 && !agent.Channels.Contains(channel)) return false;
        if (rules.MatchLanguage && language.Length > 0 && !relaxed.Any(r => r.DropLanguage)
            && !agent.Languages.Any(l => language == l || language.StartsWith(l + "-", StringComparison.OrdinalIgnoreCase)))
            return false;
        if (relaxed.Any(r => r.DropAllSkills)) return true;
        var dropped = relaxed.SelectMany(r => r.DropSkills).ToHashSet(StringComparer.Ordinal);
        return rules.RequiredSkills.Concat(skills).Where(s => !dropped.Contains(s.Skill)).All(wanted =>
            agent.Skills.Any(s => s.Name == wanted.Skill && s.Level >= Math.Max(1, wanted.LevelMin)));
    }
}
