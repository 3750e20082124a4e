using System.Collections.Immutable;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Sla.Policies;

/// <summary>Reads a policy as the API has it; all its faults are told together.</summary>
internal sealed class PolicyReader
{
    private const int AtRiskPercentDefault = 80;
    private const int ListMax = 100;
    private const int ActionsMax = 20;
    private const int RankMax = 1_000_000;
    private const int TextBytesMax = 64;
    private const string QueuePrefix = "queues/";

    private static readonly Duration TargetMin = Duration.FromSeconds(1);
    private static readonly Duration TargetMax = Duration.FromDays(366);

    private readonly Rejection _rejection = Rejections.Of(RejectionKind.Invalid, "INVALID_REQUEST", "The policy is not valid.");

    public static Decision<PolicyRules> Read(SlaPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new PolicyReader().Compile(policy);
    }

    private Decision<PolicyRules> Compile(SlaPolicy policy)
    {
        if (policy.Rank is < 0 or > RankMax) Fault("rank", "OUT_OF_RANGE", $"0 to {RankMax}.");
        Percent("at_risk_percent", policy.AtRiskPercent);
        if (policy.Targets.Count == 0) Fault("targets", "REQUIRED", "At least one.");
        var queues = Match(policy.Match ?? new SlaMatch());
        var promises = new List<SlaPromise>();
        for (var i = 0; i < policy.Targets.Count; i++)
        {
            if (Target($"targets[{i}]", policy, policy.Targets[i]) is not { } promise) continue;
            if (promises.Exists(p => p.Metric == promise.Metric)) Fault($"targets[{i}].metric", "REPEATED", "One target for each metric.");
            else promises.Add(promise);
        }

        if (policy.Actions.Count > ActionsMax) Fault("actions", "TOO_MANY", $"At most {ActionsMax}.");
        for (var i = 0; i < policy.Actions.Count; i++) Action($"actions[{i}]", policy.Actions[i]);
        return _rejection.Fields.Count > 0 ? _rejection : new PolicyRules(policy, queues, promises);
    }

    private ImmutableArray<string> Match(SlaMatch match)
    {
        if (match.Queues.Count > ListMax) Fault("match.queues", "TOO_MANY", $"At most {ListMax}.");
        if (match.Channels.Count > ListMax) Fault("match.channels", "TOO_MANY", $"At most {ListMax}.");
        if (match.CustomerTiers.Count > ListMax) Fault("match.customer_tiers", "TOO_MANY", $"At most {ListMax}.");
        for (var i = 0; i < match.CustomerTiers.Count; i++) Text($"match.customer_tiers[{i}]", match.CustomerTiers[i]);
        if (match.Priorities.Any(p => p is < Priority.Low or > Priority.Urgent)) Fault("match.priorities", "UNKNOWN_VALUE", "LOW to URGENT.");
        var queues = ImmutableArray.CreateBuilder<string>(match.Queues.Count);
        for (var i = 0; i < match.Queues.Count; i++)
        {
            if (IsQueue(match.Queues[i])) queues.Add(match.Queues[i][QueuePrefix.Length..]);
            else Fault($"match.queues[{i}]", "INVALID_NAME", "queues/{queue}.");
        }

        return queues.ToImmutable();
    }

    private SlaPromise? Target(string field, SlaPolicy policy, SlaTarget target)
    {
        var before = _rejection.Fields.Count;
        if (target.Metric is < SlaMetric.FirstResponse or > SlaMetric.Resolution) Fault($"{field}.metric", "REQUIRED", "Which metric.");
        if (target.TimeBase is < SlaTimeBase.Unspecified or > SlaTimeBase.Calendar) Fault($"{field}.time_base", "UNKNOWN_VALUE", "BUSINESS or CALENDAR.");
        var length = target.Target?.ToNoda() ?? Duration.Zero;
        if (length < TargetMin || length > TargetMax) Fault($"{field}.target", "OUT_OF_RANGE", "1 second to 366 days.");
        Percent($"{field}.at_risk_percent", target.AtRiskPercent);
        if (target.PauseStatuses.Any(s => s is not (ConversationStatus.Pending or ConversationStatus.Snoozed)))
            Fault($"{field}.pause_statuses", "UNKNOWN_VALUE", "PENDING, SNOOZED.");
        var business = target.TimeBase == SlaTimeBase.Business || (target.TimeBase == SlaTimeBase.Unspecified && policy.Calendar.Length > 0);
        if (business && policy.Calendar.Length == 0) Fault($"{field}.time_base", "CALENDAR_REQUIRED", "Business time needs the policy's calendar.");
        if (_rejection.Fields.Count > before) return null;
        var percent = target.AtRiskPercent > 0 ? target.AtRiskPercent : policy.AtRiskPercent > 0 ? policy.AtRiskPercent : AtRiskPercentDefault;
        var atRisk = Duration.FromTicks(length.BclCompatibleTicks * percent / 100);
        return new SlaPromise(target.Metric, length, atRisk, business, [.. target.PauseStatuses]);
    }

    private void Action(string field, SlaAction action)
    {
        if (action.On is not (SlaNoticeKind.AtRisk or SlaNoticeKind.Breached)) Fault($"{field}.on", "UNKNOWN_VALUE", "AT_RISK or BREACHED.");
        if (action.Metrics.Any(m => m is < SlaMetric.FirstResponse or > SlaMetric.Resolution)) Fault($"{field}.metrics", "UNKNOWN_VALUE", "Metrics.");
        switch (action.ActionCase)
        {
            case SlaAction.ActionOneofCase.RaisePriority when action.RaisePriority is < Priority.Low or > Priority.Urgent:
                Fault($"{field}.raise_priority", "UNKNOWN_VALUE", "LOW to URGENT.");
                break;
            case SlaAction.ActionOneofCase.MoveToQueue when !IsQueue(action.MoveToQueue):
                Fault($"{field}.move_to_queue", "INVALID_NAME", "queues/{queue}.");
                break;
            case SlaAction.ActionOneofCase.Notify:
                Text($"{field}.notify", action.Notify);
                break;
            case SlaAction.ActionOneofCase.None:
                Fault($"{field}.action", "REQUIRED", "What to do.");
                break;
        }
    }

    private static bool IsQueue(string name) => name.StartsWith(QueuePrefix, StringComparison.Ordinal) && name.Length > QueuePrefix.Length;

    private void Percent(string field, int percent)
    {
        if (percent is < 0 or > 99) Fault(field, "OUT_OF_RANGE", "1 to 99, or 0 for the default.");
    }

    private void Text(string field, string text)
    {
        if (text.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(text) > TextBytesMax) Fault(field, "OUT_OF_RANGE", $"1 to {TextBytesMax} bytes.");
    }

    private void Fault(string field, string reason, string text) => _rejection.At(field, reason, text);
}
