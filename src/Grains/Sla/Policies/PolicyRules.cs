using System.Collections.Immutable;
using Engine.V1;

namespace Engine.Grains.Sla.Policies;

/// <summary>A policy, ready to be asked. Immutable.</summary>
public sealed class PolicyRules
{
    private readonly ImmutableArray<string> _queues;
    private readonly ImmutableArray<string> _channels;
    private readonly ImmutableArray<Priority> _priorities;
    private readonly ImmutableArray<string> _tiers;
    private readonly ImmutableArray<SlaPromise?> _promises;

    internal PolicyRules(SlaPolicy policy, ImmutableArray<string> queues, IEnumerable<SlaPromise> promises)
    {
        Name = policy.Name;
        Version = policy.Version;
        Rank = policy.Rank;
        Calendar = policy.Calendar;
        BotRepliesCount = policy.BotRepliesCount;
        Actions = [.. policy.Actions];
        _queues = queues;
        _channels = [.. policy.Match?.Channels ?? []];
        _priorities = [.. policy.Match?.Priorities ?? []];
        _tiers = [.. policy.Match?.CustomerTiers ?? []];
        var byMetric = new SlaPromise?[SlaMetrics.Count];
        foreach (var promise in promises) byMetric[SlaMetrics.IndexOf(promise.Metric)] = promise;
        _promises = [.. byMetric];
    }

    /// <summary>slaPolicies/{sla_policy}.</summary>
    public string Name { get; }

    public long Version { get; }

    /// <summary>Lower ranks are asked first.</summary>
    public int Rank { get; }

    /// <summary>calendars/{calendar}, or empty.</summary>
    public string Calendar { get; }

    public bool BotRepliesCount { get; }

    public ImmutableArray<SlaAction> Actions { get; }

    /// <summary>A policy from what the API stores; refused with every fault it has.</summary>
    public static Decision<PolicyRules> Create(SlaPolicy policy) => PolicyReader.Read(policy);

    /// <summary>Null: nothing is promised.</summary>
    public SlaPromise? Promise(SlaMetric metric) => _promises[SlaMetrics.IndexOf(metric)];

    public bool Matches(SlaSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return Has(_queues, subject.Queue) && Has(_channels, subject.Channel) && Has(_priorities, subject.Priority) && Has(_tiers, subject.Tier);
    }

    /// <summary>What to do about a notice; nothing unless it is AT_RISK or BREACHED.</summary>
    public IEnumerable<SlaAction> ActionsOn(SlaNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        return Actions.Where(action => action.On == notice.Kind && (action.Metrics.Count == 0 || action.Metrics.Contains(notice.Metric)));
    }

    private static bool Has<T>(ImmutableArray<T> any, T value) => any.IsEmpty || any.Contains(value);
}
