using System.Collections.Immutable;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Sla.Policies;

/// <summary>What a policy promises about one metric.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Target">How long it may take.</param>
/// <param name="AtRisk">How much of it may pass before the deadline is at risk; less than the target.</param>
/// <param name="BusinessTime">Whether only open hours count.</param>
/// <param name="PauseStatuses">In which statuses no time counts.</param>
public sealed record SlaPromise(
    SlaMetric Metric, Duration Target, Duration AtRisk, bool BusinessTime, ImmutableArray<ConversationStatus> PauseStatuses)
{
    /// <summary>Whether no time counts in a status; the customer does not wait for a resolution while they owe an answer.</summary>
    public bool Pauses(ConversationStatus status) =>
        PauseStatuses.Contains(status) || (Metric == SlaMetric.Resolution && status == ConversationStatus.Pending);
}
