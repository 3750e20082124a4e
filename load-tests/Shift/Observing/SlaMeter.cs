using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>How promises about one metric were kept.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Met">In time.</param>
/// <param name="Breached">Whatever came later.</param>
/// <param name="AtRisk">At some time, whatever came later.</param>
/// <param name="Attained">Met of those met or breached; null: none.</param>
internal sealed record SlaMeter(string Metric, long Met, long Breached, long AtRisk, double? Attained)
{
    public static IReadOnlyList<SlaMeter> Of(IEnumerable<ConversationStory> stories)
    {
        var counts = new Dictionary<(SlaMetric, SlaNoticeKind), long>();
        foreach (var notice in stories.SelectMany(s => s.Steps).SelectMany(s => s.Notices))
            counts[(notice.Metric, notice.Kind)] = counts.GetValueOrDefault((notice.Metric, notice.Kind)) + 1;
        return
        [
            .. from metric in Enum.GetValues<SlaMetric>()
               let met = counts.GetValueOrDefault((metric, SlaNoticeKind.Met))
               let breached = counts.GetValueOrDefault((metric, SlaNoticeKind.Breached))
               where met + breached > 0
               select new SlaMeter(
                   metric.ToString(), met, breached, counts.GetValueOrDefault((metric, SlaNoticeKind.AtRisk)), (double)met / (met + breached)),
        ];
    }
}
