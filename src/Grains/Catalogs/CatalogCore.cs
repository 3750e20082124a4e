using Engine.Grains.Expectations;
using Engine.Grains.Sla.Calendars;
using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Catalogs;

/// <summary>
/// A workspace's rules as a pure state machine. They are one actor and not one each, because they hold only together: a policy
/// names a calendar, a queue names others, and the order in which policies are asked is that of all of them. With an actor for
/// each, deciding what holds for one message would ask several, and find a policy that names what was deleted meanwhile. Rules
/// are few and change seldom; so they are changed in one place, checked as a whole by the very readers that later read them,
/// and copied to every silo.
/// </summary>
/// <remarks>
/// Versions of policies and calendars count for good, also beyond a deletion: a conversation counts by the version that held
/// when its time passed, and two different rules must never share a name and version. A commit holds the value after it, so
/// any version can be read again from its commit.
/// </remarks>
public static class CatalogCore
{
    public const int PoliciesMax = 100;
    public const int CalendarsMax = 100;
    public const int QueuesMax = 1_000;

    /// <summary>Every silo holds all of it, and it travels in one message.</summary>
    public const int BytesMax = 16 << 20;

    private static readonly string[] Kept = ["name", "create_time", "update_time", "version", "etag"];

    public static Decision<CatalogChange> CreatePolicy(CatalogState state, CreateSlaPolicyRequest request, Author author, Timestamp now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        var name = CatalogNames.Policy(request.SlaPolicyId);
        if (state.Policies.ContainsKey(name)) return CatalogRejections.Exists("SLA_POLICY_EXISTS", "policy");
        if (state.Policies.Count >= PoliciesMax) return CatalogRejections.Quota("sla_policies_per_workspace", PoliciesMax);
        var policy = request.SlaPolicy?.Clone() ?? new SlaPolicy();
        (policy.Name, policy.CreateTime) = (name, now);
        return Put(state, policy, author, now);
    }

    public static Decision<CatalogChange> UpdatePolicy(CatalogState state, UpdateSlaPolicyRequest request, Author author, Timestamp now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        var given = request.SlaPolicy;
        if (!state.Policies.TryGetValue(given.Name, out var current)) return CatalogRejections.PolicyNotFound();
        if (given.Etag.Length > 0 && given.Etag != current.Etag) return Rejections.EtagMismatch(current.Etag);
        var policy = current.Clone();
        return MaskedCopy.Apply(given, policy, request.UpdateMask, Kept) is { } unknown ? unknown : Put(state, policy, author, now);
    }

    public static Decision<CatalogChange> DeletePolicy(CatalogState state, DeleteSlaPolicyRequest request, Author author)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        if (!state.Policies.ContainsKey(request.Name)) return CatalogRejections.PolicyNotFound();
        return new CatalogChange(author, new CatalogCommit { SlaPolicyDeleted = request.Name });
    }

    public static Decision<CatalogChange> CreateCalendar(CatalogState state, CreateCalendarRequest request, Author author, Timestamp now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        var name = CatalogNames.Calendar(request.CalendarId);
        if (state.Calendars.ContainsKey(name)) return CatalogRejections.Exists("CALENDAR_EXISTS", "calendar");
        if (state.Calendars.Count >= CalendarsMax) return CatalogRejections.Quota("calendars_per_workspace", CalendarsMax);
        var calendar = request.Calendar?.Clone() ?? new Calendar();
        (calendar.Name, calendar.CreateTime) = (name, now);
        return Put(state, calendar, author, now);
    }

    public static Decision<CatalogChange> UpdateCalendar(CatalogState state, UpdateCalendarRequest request, Author author, Timestamp now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        var given = request.Calendar;
        if (!state.Calendars.TryGetValue(given.Name, out var current)) return CatalogRejections.CalendarNotFound();
        if (given.Etag.Length > 0 && given.Etag != current.Etag) return Rejections.EtagMismatch(current.Etag);
        var calendar = current.Clone();
        return MaskedCopy.Apply(given, calendar, request.UpdateMask, Kept) is { } unknown ? unknown : Put(state, calendar, author, now);
    }

    public static Decision<CatalogChange> DeleteCalendar(CatalogState state, DeleteCalendarRequest request, Author author)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        var name = request.Name;
        if (!state.Calendars.ContainsKey(name)) return CatalogRejections.CalendarNotFound();
        if (state.Policies.Values.FirstOrDefault(p => p.Calendar == name) is { } policy) return CatalogRejections.CalendarInUse(policy.Name);
        if (state.Queues.Values.FirstOrDefault(q => q.Calendar == name) is { } queue) return CatalogRejections.CalendarInUse(queue.Name);
        if (state.Expectations.Calendar == name) return CatalogRejections.CalendarInUse("expectationSettings");
        return new CatalogChange(author, new CatalogCommit { CalendarDeleted = name });
    }

    public static Decision<CatalogChange> CreateQueue(CatalogState state, CreateQueueRequest request, Author author, Timestamp now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        var name = CatalogNames.Queue(request.QueueId);
        if (state.Queues.ContainsKey(name)) return CatalogRejections.Exists("QUEUE_EXISTS", "queue");
        if (state.Queues.Count >= QueuesMax) return CatalogRejections.Quota("queues_per_workspace", QueuesMax);
        var queue = request.Queue?.Clone() ?? new Queue();
        (queue.Name, queue.CreateTime, queue.Version) = (name, now, 0);
        return Put(state, queue, author, now);
    }

    public static Decision<CatalogChange> UpdateQueue(CatalogState state, UpdateQueueRequest request, Author author, Timestamp now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        var given = request.Queue;
        if (!state.Queues.TryGetValue(given.Name, out var current)) return CatalogRejections.QueueNotFound();
        if (given.Etag.Length > 0 && given.Etag != current.Etag) return Rejections.EtagMismatch(current.Etag);
        var queue = current.Clone();
        return MaskedCopy.Apply(given, queue, request.UpdateMask, Kept) is { } unknown ? unknown : Put(state, queue, author, now);
    }

    public static Decision<CatalogChange> UpdateRouting(CatalogState state, UpdateRoutingSettingsRequest request, Author author, Timestamp now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        var given = request.Settings;
        if (given.Etag.Length > 0 && given.Etag != state.Routing.Etag) return Rejections.EtagMismatch(state.Routing.Etag);
        var settings = state.Routing.Clone();
        if (MaskedCopy.Apply(given, settings, request.UpdateMask, Kept) is { } unknown) return unknown;
        (settings.UpdateTime, settings.Etag) = (now, EtagOf(state.Version + 1));
        return Fit(state, settings.CalculateSize() - state.Routing.CalculateSize(), author, new CatalogCommit { Routing = settings });
    }

    public static Decision<CatalogChange> UpdateExpectations(
        CatalogState state, UpdateExpectationSettingsRequest request, Author author, Timestamp now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        var given = request.Settings;
        if (given.Etag.Length > 0 && given.Etag != state.Expectations.Etag) return Rejections.EtagMismatch(state.Expectations.Etag);
        var settings = state.Expectations.Clone();
        if (MaskedCopy.Apply(given, settings, request.UpdateMask, Kept) is { } unknown) return unknown;
        if (SentenceBook.Create(settings.Sentences) is { IsRejected: true, Rejection: var rejection }) return rejection.Within("settings");
        if (settings.Calendar.Length > 0 && !state.Calendars.ContainsKey(settings.Calendar))
            return CatalogRejections.UnknownCalendar("settings.calendar");
        (settings.UpdateTime, settings.Etag) = (now, EtagOf(state.Version + 1));
        return Fit(state, settings.CalculateSize() - state.Expectations.CalculateSize(), author, new CatalogCommit { Expectations = settings });
    }

    /// <summary>Notes how far open conversations were computed anew.</summary>
    public static Decision<CatalogChange> Progress(CatalogState state, long version, string upTo)
    {
        ArgumentNullException.ThrowIfNull(state);
        // An activation that did not hear of a newer one's.
        if (version < state.Rollout.Version) return Rejections.Of(RejectionKind.Precondition, "ROLLOUT_OUTDATED", "A newer one was noted.");
        return new CatalogChange(
            new Author { Type = AuthorType.System }, new CatalogCommit { Rollout = new CatalogRollout { Version = version, UpTo = upTo } });
    }

    /// <summary>State after one commit.</summary>
    /// <param name="commitVersion">The commit's version in the stream.</param>
    public static CatalogState Apply(CatalogState state, CatalogCommit commit, long commitVersion)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(commit);
        if (commit.ChangeCase == CatalogCommit.ChangeOneofCase.Rollout) return state with { Rollout = commit.Rollout };
        var version = state.Version + 1;
        state = state with { Version = version };
        switch (commit.ChangeCase)
        {
            case CatalogCommit.ChangeOneofCase.SlaPolicy:
                var policy = commit.SlaPolicy;
                return state with
                {
                    Policies = state.Policies.SetItem(policy.Name, policy),
                    Versions = state.Versions.With(policy.Name, policy.Version, commitVersion),
                    RolloutVersion = version,
                };
            case CatalogCommit.ChangeOneofCase.SlaPolicyDeleted:
                return state with { Policies = state.Policies.Remove(commit.SlaPolicyDeleted), RolloutVersion = version };
            case CatalogCommit.ChangeOneofCase.Calendar:
                var calendar = commit.Calendar;
                return state with
                {
                    Calendars = state.Calendars.SetItem(calendar.Name, calendar),
                    Versions = state.Versions.With(calendar.Name, calendar.Version, commitVersion),
                    // No conversation counts by a calendar that no policy names.
                    RolloutVersion = IsCountedBy(state, calendar.Name) ? version : state.RolloutVersion,
                };
            case CatalogCommit.ChangeOneofCase.CalendarDeleted:
                return state with { Calendars = state.Calendars.Remove(commit.CalendarDeleted) };
            case CatalogCommit.ChangeOneofCase.Queue:
                return state with { Queues = state.Queues.SetItem(commit.Queue.Name, commit.Queue) };
            case CatalogCommit.ChangeOneofCase.Routing:
                return state with { Routing = commit.Routing };
            case CatalogCommit.ChangeOneofCase.Expectations:
                return state with { Expectations = commit.Expectations };
            default:
                return state;
        }
    }

    /// <summary>Whether a calendar's hours are counted by a policy.</summary>
    public static bool IsCountedBy(CatalogState state, string calendar)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Policies.Values.Any(p => p.Calendar == calendar);
    }

    private static Decision<CatalogChange> Put(CatalogState state, SlaPolicy policy, Author author, Timestamp now)
    {
        (policy.UpdateTime, policy.Version) = (now, state.Versions.Newest(policy.Name) + 1);
        policy.Etag = EtagOf(policy.Version);
        if (PolicyRules.Create(policy) is { IsRejected: true, Rejection: var rejection }) return rejection.Within("sla_policy");
        if (policy.Calendar.Length > 0 && !state.Calendars.ContainsKey(policy.Calendar))
            return CatalogRejections.UnknownCalendar("sla_policy.calendar");
        for (var i = 0; i < (policy.Match?.Queues.Count ?? 0); i++)
        {
            if (!state.Queues.ContainsKey(policy.Match!.Queues[i])) return CatalogRejections.UnknownQueue($"sla_policy.match.queues[{i}]");
        }

        for (var i = 0; i < policy.Actions.Count; i++)
        {
            if (policy.Actions[i].ActionCase == SlaAction.ActionOneofCase.MoveToQueue && !state.Queues.ContainsKey(policy.Actions[i].MoveToQueue))
                return CatalogRejections.UnknownQueue($"sla_policy.actions[{i}].move_to_queue");
        }

        return Fit(state, GrowthOf(state.Policies, policy.Name, policy), author, new CatalogCommit { SlaPolicy = policy });
    }

    private static Decision<CatalogChange> Put(CatalogState state, Calendar calendar, Author author, Timestamp now)
    {
        (calendar.UpdateTime, calendar.Version) = (now, state.Versions.Newest(calendar.Name) + 1);
        calendar.Etag = EtagOf(calendar.Version);
        if (BusinessCalendar.Create(calendar) is { IsRejected: true, Rejection: var rejection }) return rejection.Within("calendar");
        return Fit(state, GrowthOf(state.Calendars, calendar.Name, calendar), author, new CatalogCommit { Calendar = calendar });
    }

    private static Decision<CatalogChange> Put(CatalogState state, Queue queue, Author author, Timestamp now)
    {
        (queue.UpdateTime, queue.Version) = (now, queue.Version + 1);
        queue.Etag = EtagOf(queue.Version);
        if (queue.Calendar.Length > 0 && !state.Calendars.ContainsKey(queue.Calendar)) return CatalogRejections.UnknownCalendar("queue.calendar");
        for (var i = 0; i < queue.RelaxSteps.Count; i++)
        {
            var also = queue.RelaxSteps[i].AlsoQueues;
            for (var j = 0; j < also.Count; j++)
            {
                if (also[j] != queue.Name && !state.Queues.ContainsKey(also[j]))
                    return CatalogRejections.UnknownQueue($"queue.relax_steps[{i}].also_queues[{j}]");
            }
        }

        return Fit(state, GrowthOf(state.Queues, queue.Name, queue), author, new CatalogCommit { Queue = queue });
    }

    private static Decision<CatalogChange> Fit(CatalogState state, int growth, Author author, CatalogCommit commit) =>
        growth > 0 && state.ToMessage().CalculateSize() + growth > BytesMax
            ? CatalogRejections.Quota("catalog_bytes_per_workspace", BytesMax)
            : new CatalogChange(author, commit);

    private static int GrowthOf<T>(IReadOnlyDictionary<string, T> current, string name, T value)
        where T : IMessage => value.CalculateSize() - (current.TryGetValue(name, out var before) ? before.CalculateSize() : 0);

    private static string EtagOf(long version) => $"v{version}";
}
