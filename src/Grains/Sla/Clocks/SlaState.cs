using System.Collections.Immutable;
using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Sla.Clocks;

/// <summary>The promises of a conversation between two commits. Immutable; a few hundred bytes however long the conversation is.</summary>
public sealed record SlaState
{
    private static readonly ImmutableArray<SlaClock?> NoClocks = [.. new SlaClock?[SlaMetrics.Count]];

    /// <summary>Before the first commit.</summary>
    public static SlaState None { get; } = new();

    public SlaSubject Subject { get; init; } = SlaSubject.None;

    public ConversationStatus Status { get; init; }

    /// <summary>By which policy and calendar time counts; null: none was chosen yet.</summary>
    public SlaRules? Rules { get; init; }

    /// <summary>The last clock of each metric, those that ended too.</summary>
    public ImmutableArray<SlaClock?> Clocks { get; init; } = NoClocks;

    public long LastDeadlineId { get; init; }

    /// <summary>Whether the shop has replied, by the policy's idea of a reply.</summary>
    public bool Answered { get; init; }

    /// <summary>The last instant anything was computed for; what comes later with an earlier time counts as of this one.</summary>
    public Instant LastTime { get; init; } = Instant.MinValue;

    /// <summary>The next instant at which something is to be told: for the timer and the reminder. Null: none, as things stand.</summary>
    public Instant? NextDue
    {
        get
        {
            Instant? next = null;
            foreach (var clock in Clocks)
            {
                if (clock?.NextDue is { } due && (next is null || due < next)) next = due;
            }

            return next;
        }
    }

    /// <summary>The earliest instant at which a promise breaks: the order of waiting work. Null: none is running, or all are broken.</summary>
    public Instant? NextDeadline
    {
        get
        {
            Instant? next = null;
            foreach (var clock in Clocks)
            {
                if (clock is { Mode: SlaClockMode.Running, DeadlineAt: { } due } && (next is null || due < next)) next = due;
            }

            return next;
        }
    }

    /// <summary>The oldest message of the customer that has no reply. Null: none.</summary>
    public Instant? UnansweredSince =>
        Clock(SlaMetric.FirstResponse) is { IsOwed: true } first ? first.Begin
        : Clock(SlaMetric.NextResponse) is { IsOwed: true } next ? next.Begin
        : null;

    /// <summary>When the promised reply to that message is due, for forecasts. Null: none is owed, it is late, or no time counts.</summary>
    public Instant? ResponseDeadline =>
        Clock(SlaMetric.FirstResponse) is { Mode: SlaClockMode.Running, DeadlineAt: { } first } ? first
        : Clock(SlaMetric.NextResponse) is { Mode: SlaClockMode.Running, DeadlineAt: { } next } ? next
        : null;

    public bool Equals(SlaState? other) =>
        other is not null
        && Subject == other.Subject
        && Status == other.Status
        && Equals(Rules, other.Rules)
        && Clocks.SequenceEqual(other.Clocks)
        && LastDeadlineId == other.LastDeadlineId
        && Answered == other.Answered
        && LastTime == other.LastTime;

    public override int GetHashCode() => HashCode.Combine(Subject, Status, Rules, LastDeadlineId, Answered, LastTime);

    public SlaClock? Clock(SlaMetric metric) => Clocks[SlaMetrics.IndexOf(metric)];

    /// <summary>The promises as the API shows them: what is owed.</summary>
    public ConversationSla ToPublic()
    {
        var sla = new ConversationSla { Rules = Rules is { Policy.Length: > 0 } ? Rules : null };
        foreach (var clock in Clocks)
        {
            if (clock is not { IsOwed: true }) continue;
            sla.Deadlines.Add(new SlaDeadline
            {
                Metric = clock.Metric,
                DeadlineId = clock.DeadlineId,
                Mode = clock.Mode,
                BeginTime = clock.Begin.ToTimestamp(),
                Target = clock.Target?.ToProto(),
                Counted = clock.Counted.ToProto(),
                SinceTime = clock.Since.ToTimestamp(),
                DeadlineTime = clock.DeadlineAt?.ToTimestamp(),
                AtRiskTime = clock.AtRiskAt?.ToTimestamp(),
                AtRisk = clock.AtRisk,
                Breached = clock.Breached,
            });
        }

        return sla;
    }

    public SlaSnapshot ToSnapshot()
    {
        var snapshot = new SlaSnapshot
        {
            Subject = new SlaSubjectRecord { Queue = Subject.Queue, Channel = Subject.Channel, Priority = Subject.Priority, Tier = Subject.Tier },
            Status = Status,
            Rules = Rules,
            LastDeadlineId = LastDeadlineId,
            Answered = Answered,
            LastTime = LastTime > Instant.MinValue ? LastTime.ToTimestamp() : null,
        };
        foreach (var clock in Clocks)
        {
            if (clock is not null) snapshot.Clocks.Add(clock.ToRecord());
        }

        return snapshot;
    }

    public static SlaState Of(SlaSnapshot? snapshot)
    {
        if (snapshot is null) return None;
        var clocks = NoClocks.ToBuilder();
        foreach (var record in snapshot.Clocks) clocks[SlaMetrics.IndexOf(record.Metric)] = SlaClock.Of(record);
        var subject = snapshot.Subject ?? new SlaSubjectRecord { Priority = Priority.Normal };
        return new SlaState
        {
            Subject = new SlaSubject(subject.Queue, subject.Channel, subject.Priority, subject.Tier),
            Status = snapshot.Status,
            Rules = snapshot.Rules,
            Clocks = clocks.MoveToImmutable(),
            LastDeadlineId = snapshot.LastDeadlineId,
            Answered = snapshot.Answered,
            LastTime = snapshot.LastTime?.ToInstant() ?? Instant.MinValue,
        };
    }
}
