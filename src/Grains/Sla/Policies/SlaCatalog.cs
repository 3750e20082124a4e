using System.Collections.Frozen;
using System.Collections.Immutable;
using Engine.Grains.Sla.Calendars;
using Engine.V1;

namespace Engine.Grains.Sla.Policies;

/// <summary>
/// A workspace's policies and calendars at one time, and the older versions that open conversations still count by: time that
/// passed is counted by the rules that held then, so those must be at hand when the rules change. Immutable; a change makes
/// another one that keeps what this one knew.
/// </summary>
public sealed class SlaCatalog
{
    private readonly FrozenDictionary<(string Name, long Version), PolicyRules> _policies;
    private readonly FrozenDictionary<(string Name, long Version), BusinessCalendar> _calendars;
    private readonly FrozenDictionary<string, BusinessCalendar> _current;

    private SlaCatalog(
        ImmutableArray<PolicyRules> ranked,
        IEnumerable<BusinessCalendar> current,
        IEnumerable<PolicyRules> policies,
        IEnumerable<BusinessCalendar> calendars)
    {
        Ranked = ranked;
        _current = current.ToFrozenDictionary(calendar => calendar.Name);
        _policies = policies.Concat(ranked).DistinctBy(p => (p.Name, p.Version)).ToFrozenDictionary(p => (p.Name, p.Version));
        _calendars = calendars.Concat(_current.Values).DistinctBy(c => (c.Name, c.Version)).ToFrozenDictionary(c => (c.Name, c.Version));
    }

    /// <summary>No policy, no calendar.</summary>
    public static SlaCatalog Empty { get; } = new([], [], [], []);

    /// <summary>The policies in force, in the order in which they are asked.</summary>
    public ImmutableArray<PolicyRules> Ranked { get; }

    /// <summary>The policies and calendars in force from now on; what this catalog held is kept for looking back.</summary>
    /// <returns>A rejection when one of them is not valid, or a policy names a calendar that is not among them.</returns>
    public Decision<SlaCatalog> With(IEnumerable<SlaPolicy> policies, IEnumerable<Calendar> calendars)
    {
        var current = new List<BusinessCalendar>();
        foreach (var calendar in calendars)
        {
            var read = BusinessCalendar.Create(calendar);
            if (read.IsRejected) return read.Rejection.With("resource", calendar.Name);
            current.Add(read.Change);
        }

        var ranked = new List<PolicyRules>();
        foreach (var policy in policies)
        {
            var read = PolicyRules.Create(policy);
            if (read.IsRejected) return read.Rejection.With("resource", policy.Name);
            if (policy.Calendar.Length > 0 && !current.Exists(c => c.Name == policy.Calendar))
                return Rejections.Invalid("calendar", "UNKNOWN_CALENDAR", "There is no such calendar.").With("resource", policy.Name);
            ranked.Add(read.Change);
        }

        ranked.Sort((a, b) => a.Rank != b.Rank ? a.Rank.CompareTo(b.Rank) : string.CompareOrdinal(a.Name, b.Name));
        return new SlaCatalog([.. ranked], current, _policies.Values, _calendars.Values);
    }

    /// <summary>This catalog, able to look back at older versions too.</summary>
    public SlaCatalog Knowing(IEnumerable<PolicyRules> policies, IEnumerable<BusinessCalendar> calendars) =>
        new(Ranked, _current.Values, _policies.Values.Concat(policies), _calendars.Values.Concat(calendars));

    /// <summary>The rules for a conversation: of the first policy that matches. <see cref="NoRules"/>: none does.</summary>
    public SlaRules Choose(SlaSubject subject)
    {
        foreach (var policy in Ranked)
        {
            if (!policy.Matches(subject)) continue;
            var rules = new SlaRules { Policy = policy.Name, PolicyVersion = policy.Version, Calendar = policy.Calendar };
            if (policy.Calendar.Length > 0) rules.CalendarVersion = _current[policy.Calendar].Version;
            return rules;
        }

        return NoRules;
    }

    /// <summary>The rules when no policy matches.</summary>
    public static SlaRules NoRules { get; } = new();

    /// <summary>Whether it holds the versions that rules name; otherwise they are to be read from the journal first.</summary>
    public bool Holds(SlaRules? rules) =>
        rules is null
        || ((rules.Policy.Length == 0 || _policies.ContainsKey((rules.Policy, rules.PolicyVersion)))
            && (rules.Calendar.Length == 0 || _calendars.ContainsKey((rules.Calendar, rules.CalendarVersion))));

    /// <summary>The policy of rules, or null when they name none.</summary>
    /// <exception cref="KeyNotFoundException">The version is not at hand; see <see cref="Holds"/>.</exception>
    public PolicyRules? Policy(SlaRules? rules) => rules is null || rules.Policy.Length == 0
        ? null
        : _policies.TryGetValue((rules.Policy, rules.PolicyVersion), out var policy)
            ? policy
            : throw new KeyNotFoundException($"The catalog lacks version {rules.PolicyVersion} of {rules.Policy}.");

    /// <summary>The calendar of rules.</summary>
    /// <exception cref="KeyNotFoundException">The version is not at hand; see <see cref="Holds"/>.</exception>
    public BusinessCalendar Calendar(SlaRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return _calendars.TryGetValue((rules.Calendar, rules.CalendarVersion), out var calendar)
            ? calendar
            : throw new KeyNotFoundException($"The catalog lacks version {rules.CalendarVersion} of {rules.Calendar}.");
    }
}
