using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Matching;

/// <summary>
/// Who gets what, of one queue: which waiting conversation is next, and which agent it is for.
/// <para>
/// Taking the conversations by order and trying every agent for each is right, and hopeless: with 50,000 waiting and everybody
/// busy, each unit that frees up would cost a hundred million comparisons. Two things help. Conversations that ask the same of
/// an agent and weigh the same form a lane: when its first finds nobody, none of it does, so the lane is closed until an agent
/// who fits has more room than before; lanes are few, and the next conversation is the first of the first open lane. And all
/// that comparing agents needs is two numbers each, in arrays, so that looking at everybody who fits, and saying of each why
/// not, costs some microseconds. What changes by time alone (a relax step, the end of a wait for the preferred agent, a
/// reservation that expires) is in one heap by instant.
/// </para>
/// <para>
/// Single threaded, no clock, no I/O, no chance. Time is told with each call and never goes back. What it answers depends on
/// what it was told, not on the order in which it was told it.
/// </para>
/// </summary>
public sealed partial class QueueBoard
{
    private readonly Dictionary<string, WaitingEntry> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<WaitingEntry>> _preferring = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Refusals> _refusals = new(StringComparer.Ordinal);
    private readonly Gone _gone = new(GoneKept);
    private readonly int[] _byPriority = new int[(int)Priority.Urgent + 1];
    private readonly Timers _timers = new();
    private readonly Roster _roster;
    private QueueRules _rules;
    private WorkUnits _units;
    private Profiles _profiles;
    private Lanes _lanes;
    private SavedRoom _saved;
    private long _now;

    /// <param name="queue">The settings; its name is queues/{queue}.</param>
    /// <param name="units">How work weighs.</param>
    public QueueBoard(Queue queue, WorkUnits units)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(units);
        _units = units;
        _rules = new QueueRules(queue);
        _roster = new Roster(_timers) { Choice = _rules.Choice };
        _profiles = new Profiles(_rules);
        _lanes = new Lanes(_roster);
        _saved = new SavedRoom(_roster, _rules, Asked);
    }

    /// <summary>How long the versions of conversations that do not wait any more are remembered.</summary>
    public static Duration GoneKept { get; } = Duration.FromMinutes(15);

    /// <summary>Whether matches carry their <see cref="Match.Decision"/>. True unless told otherwise.</summary>
    public bool Explains { get; set; } = true;

    /// <summary>Conversations waiting, those under way (held) included.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>Conversations waiting that are under way to somebody.</summary>
    public int UnderWayCount { get; private set; }

    /// <summary>Waiting by priority; the index is the enum's number, NORMAL for what was not given.</summary>
    public IReadOnlyList<int> WaitingByPriority => _byPriority;

    /// <summary>Takes other settings; everything is looked at anew.</summary>
    public void Configure(Queue queue, WorkUnits units, Instant now)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(units);
        Advance(now);
        _units = units;
        _rules = new QueueRules(queue);
        _profiles = new Profiles(_rules);
        _lanes = new Lanes(_roster);
        _saved = new SavedRoom(_roster, _rules, Asked);
        _roster.Choice = _rules.Choice;
        _preferring.Clear();
        foreach (var agent in _roster.ById)
        {
            agent.PreferredLanes.Clear();
            _roster.Refresh(agent, _now);
        }

        var waiting = _waiting.Values.Select(entry => entry.Conversation).ToList();
        foreach (var entry in _waiting.Values) _timers.Set(entry, BoardTime.Never);
        _waiting.Clear();
        foreach (var conversation in waiting) Add(conversation);
    }

    /// <summary>A conversation that waits, or waits otherwise than before.</summary>
    /// <returns>False: not newer than what is known of it, waiting or gone; nothing changed.</returns>
    public bool Put(WaitingConversation conversation, Instant now)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        Advance(now);
        var id = conversation.Conversation;
        if (_gone.VersionOf(id) >= conversation.Version) return false;
        if (_waiting.TryGetValue(id, out var known))
        {
            if (known.Conversation.Version >= conversation.Version) return false;
            Take(known);
        }

        _gone.Forget(id);
        _byPriority[WaitingEntry.PriorityOf(conversation)]++;
        if (_underWay.ContainsKey(id)) UnderWayCount++;
        Add(conversation);
        return true;
    }

    /// <summary>A conversation that does not wait, or not any more. Holds for it stay until they are dropped.</summary>
    /// <returns>False: older than what is known of it; nothing changed.</returns>
    public bool Remove(string conversation, long version, Instant now)
    {
        Advance(now);
        if (_waiting.TryGetValue(conversation, out var known))
        {
            if (known.Conversation.Version > version) return false;
            Take(known);
        }

        return _gone.Remember(conversation, version, _now);
    }

    /// <summary>When something changes by itself: look again then. Null: never.</summary>
    public Instant? NextChange(Instant now)
    {
        Advance(now);
        Save();
        return _lanes.First is not null ? BoardTime.ToInstant(_now)
            : _timers.Next is var next && next == BoardTime.Never ? null
            : BoardTime.ToInstant(next);
    }

    /// <summary>The conversation as it waits here; null: it does not.</summary>
    public WaitingConversation? Waiting(string conversation) => _waiting.GetValueOrDefault(conversation)?.Conversation;

    /// <summary>Everything that waits, in no order.</summary>
    public IEnumerable<WaitingConversation> All => _waiting.Values.Select(entry => entry.Conversation);

    /// <summary>Since when the one has waited that has waited longest. Looks at all of them.</summary>
    public Instant? OldestWaitBegin() =>
        _waiting.Count == 0 ? null : BoardTime.ToInstant(_waiting.Values.Min(entry => entry.WaitBegin));

    private void Add(WaitingConversation conversation)
    {
        var entry = new WaitingEntry(conversation, _units.UnitsOf(conversation.Mode, conversation.Channel));
        _waiting.Add(entry.Id, entry);
        Place(entry);
    }

    private void Take(WaitingEntry entry)
    {
        Displace(entry);
        _timers.Set(entry, BoardTime.Never);
        _waiting.Remove(entry.Id);
        _byPriority[entry.Priority]--;
        if (_underWay.ContainsKey(entry.Id)) UnderWayCount--;
    }

    /// <summary>Puts a conversation where it is to be looked for now, until it is to be looked for elsewhere.</summary>
    private void Place(WaitingEntry entry)
    {
        Displace(entry);
        if (_underWay.ContainsKey(entry.Id))
        {
            _timers.Set(entry, BoardTime.Never);
            return;
        }

        if (entry.NotBefore > _now)
        {
            _timers.Set(entry, entry.NotBefore);
            return;
        }

        var step = _rules.StepAt(_now - entry.WaitBegin);
        var due = step + 1 < _rules.Steps.Count ? entry.WaitBegin + _rules.Steps[step + 1].After : BoardTime.Never;
        var profile = _profiles.Use(entry.Conversation, step);
        var refusals = _refusals.GetValueOrDefault(entry.Id);
        BoardAgent? only = null;
        if (entry.Conversation.PreferredAgent is { Length: > 0 } preferred && _now < entry.WaitBegin + _rules.PreferredWait)
        {
            due = Math.Min(due, entry.WaitBegin + _rules.PreferredWait);
            entry.IsPreferring = true;
            if (!_preferring.TryGetValue(preferred, out var others)) _preferring[preferred] = others = [];
            others.Add(entry);
            if (_roster.Find(preferred) is { IsOnline: true } agent && profile.Judge(agent, out _) == RoutingVerdict.Chosen
                && refusals?.Has(preferred) != true) only = agent;
        }

        _lanes.Join(entry, profile, only, only is null ? refusals : null);
        _saved.OnJoined(entry);
        _timers.Set(entry, due);
    }

    private void Displace(WaitingEntry entry)
    {
        if (entry.IsPreferring)
        {
            var preferred = entry.Conversation.PreferredAgent;
            var others = _preferring[preferred];
            others.Remove(entry);
            if (others.Count == 0) _preferring.Remove(preferred);
            entry.IsPreferring = false;
        }

        if (entry.Lane is not { Profile: var profile }) return;
        _saved.OnLeft(entry);
        _lanes.Leave(entry);
        _profiles.Leave(profile);
    }

    /// <summary>Lets happen what happens by itself until then.</summary>
    private void Advance(Instant now)
    {
        _now = Math.Max(_now, now.ToUnixTimeTicks());
        while (_timers.Take(_now) is { } timed)
        {
            switch (timed)
            {
                case WaitingEntry entry: Place(entry); break;
                case BoardAgent agent: Refresh(agent); break;
                case Hold hold: End(hold); break;
                case Refusals refusals: Forget(refusals); break;
            }
        }
    }
}
