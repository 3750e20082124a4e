using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Sla.Clocks;

/// <summary>What is owed by one metric, and how much time has counted toward it.</summary>
public sealed record SlaClock
{
    public required SlaMetric Metric { get; init; }

    /// <summary>Tells it from the conversation's others; grows.</summary>
    public required long DeadlineId { get; init; }

    public required SlaClockMode Mode { get; init; }

    /// <summary>When the wait began.</summary>
    public required Instant Begin { get; init; }

    /// <summary>Since when mode and rules are what they are.</summary>
    public required Instant Since { get; init; }

    /// <summary>How much had counted at <see cref="Since"/>.</summary>
    public Duration Counted { get; init; }

    /// <summary>Null: nothing is promised.</summary>
    public Duration? Target { get; init; }

    /// <summary>How much must have counted for it to be at risk; less than the target.</summary>
    public Duration AtRiskAfter { get; init; }

    /// <summary>Whether only open hours count.</summary>
    public bool BusinessTime { get; init; }

    /// <summary>RUNNING: when it is at risk. Null: never, or told.</summary>
    public Instant? AtRiskAt { get; init; }

    /// <summary>RUNNING: when it is breached. Null: never, or told.</summary>
    public Instant? DeadlineAt { get; init; }

    /// <summary>Told to be at risk.</summary>
    public bool AtRisk { get; init; }

    /// <summary>Told to be breached.</summary>
    public bool Breached { get; init; }

    /// <summary>Told to be met, in time or late.</summary>
    public bool Met { get; init; }

    /// <summary>The conversation's status at <see cref="Since"/>: what a pause is due to.</summary>
    public ConversationStatus Status { get; init; }

    public bool IsOwed => Mode != SlaClockMode.Ended;

    /// <summary>The next instant at which something is to be told. Null: none, as things stand.</summary>
    public Instant? NextDue => Mode != SlaClockMode.Running ? null : AtRiskAt ?? DeadlineAt;

    internal SlaClockRecord ToRecord() => new()
    {
        Metric = Metric,
        DeadlineId = DeadlineId,
        Mode = Mode,
        BeginTime = Begin.ToTimestamp(),
        SinceTime = Since.ToTimestamp(),
        Counted = Counted.ToProto(),
        Target = Target?.ToProto(),
        AtRiskAfter = Target is null ? null : AtRiskAfter.ToProto(),
        BusinessTime = BusinessTime,
        AtRiskTime = AtRiskAt?.ToTimestamp(),
        DeadlineTime = DeadlineAt?.ToTimestamp(),
        AtRisk = AtRisk,
        Breached = Breached,
        Met = Met,
        Status = Status,
    };

    internal static SlaClock Of(SlaClockRecord record) => new()
    {
        Metric = record.Metric,
        DeadlineId = record.DeadlineId,
        Mode = record.Mode,
        Begin = record.BeginTime.ToInstant(),
        Since = record.SinceTime.ToInstant(),
        Counted = record.Counted.ToNoda(),
        Target = record.Target?.ToNoda(),
        AtRiskAfter = record.AtRiskAfter?.ToNoda() ?? Duration.Zero,
        BusinessTime = record.BusinessTime,
        AtRiskAt = record.AtRiskTime?.ToInstant(),
        DeadlineAt = record.DeadlineTime?.ToInstant(),
        AtRisk = record.AtRisk,
        Breached = record.Breached,
        Met = record.Met,
        Status = record.Status,
    };
}
