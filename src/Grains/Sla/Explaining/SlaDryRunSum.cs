using Engine.V1;

namespace Engine.Grains.Sla.Explaining;

/// <summary>Adds dry runs of many conversations up, a batch after the other, so that never all of them are in memory.</summary>
public sealed class SlaDryRunSum
{
    private const int BreachesMax = 1_000;

    private readonly SortedDictionary<(string Policy, int Metric), SlaDryRunLine> _lines = new(
        Comparer<(string Policy, int Metric)>.Create((a, b) =>
            string.CompareOrdinal(a.Policy, b.Policy) is not 0 and var order ? order : a.Metric.CompareTo(b.Metric)));

    private readonly SlaDryRun _sum = new();

    /// <summary>Adds what came of the next conversations.</summary>
    public void Add(SlaDryRun batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _sum.ConversationCount += batch.ConversationCount;
        foreach (var line in batch.Lines)
        {
            var key = (line.Policy, (int)line.Metric);
            if (!_lines.TryGetValue(key, out var sum)) _lines[key] = sum = new SlaDryRunLine { Policy = line.Policy, Metric = line.Metric };
            sum.DeadlineCount += line.DeadlineCount;
            sum.MetCount += line.MetCount;
            sum.BreachedCount += line.BreachedCount;
            sum.AtRiskCount += line.AtRiskCount;
            sum.CancelledCount += line.CancelledCount;
            sum.OpenCount += line.OpenCount;
        }

        var room = Math.Min(batch.Breaches.Count, BreachesMax - _sum.Breaches.Count);
        _sum.Breaches.AddRange(batch.Breaches.Take(room));
        _sum.BreachesLeftOut += batch.BreachesLeftOut + batch.Breaches.Count - room;
    }

    /// <summary>The dry run of all that was added.</summary>
    public SlaDryRun Total()
    {
        var total = _sum.Clone();
        total.Lines.AddRange(_lines.Values);
        return total;
    }
}
