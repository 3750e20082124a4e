using Engine.Grains.Expectations;
using Engine.Internal.V1;

namespace Engine.Grains.Routing;

/// <summary>
/// How long answers have taken lately, and how long agents take from one to the next: what forecasts rest on. Of the time
/// between two answers of an agent only that counts in which there was work: since the customer wrote, and since the agent
/// was there.
/// </summary>
internal sealed class AnswerTimes
{
    private const int Max = 200;

    /// <summary>Fewer gaps tell nothing of an agent's pace.</summary>
    private const int GapsMin = 5;

    private const int AgentsMax = 10_000;

    /// <summary>Longer ones were lunch, not work.</summary>
    private static readonly TimeSpan GapMax = TimeSpan.FromHours(2);

    private readonly Queue<double> _responses = new();
    private readonly Queue<double> _gaps = new();
    private readonly Dictionary<string, DateTimeOffset> _lastAnswers = [];

    public int Count => _responses.Count;

    /// <summary>How many were ever added: tells whether there is anything to store.</summary>
    public long Total { get; private set; }

    /// <summary>What the answers taught of forecasts.</summary>
    public ForecastStretch Stretch { get; private set; }

    public double? MedianS => Count == 0 ? null : Quantile(0.5);

    public double? NinetiethPercentileS => Count == 0 ? null : Quantile(0.9);

    /// <summary>Mean of the gaps without the longest twentieth; null: too few.</summary>
    public double? GapS
    {
        get
        {
            if (_gaps.Count < GapsMin) return null;
            var sorted = _gaps.Order().ToList();
            return sorted.Take(Math.Max(GapsMin, sorted.Count - sorted.Count / 20)).Average();
        }
    }

    public void Read(QueueCounts counts)
    {
        foreach (var seconds in counts.ResponsesS) Push(_responses, seconds);
        foreach (var seconds in counts.AnswerGapsS) Push(_gaps, seconds);
        Stretch = new ForecastStretch(counts.LikelyStretchLog, counts.LatestStretchLog);
    }

    public void Write(QueueCounts counts)
    {
        counts.ResponsesS.AddRange(_responses);
        counts.AnswerGapsS.AddRange(_gaps);
        (counts.LikelyStretchLog, counts.LatestStretchLog) = (Stretch.LikelyLog, Stretch.LatestLog);
    }

    /// <param name="thereSince">Since when the agent is ONLINE, when that is known.</param>
    public void Add(AnswerGiven answer, DateTimeOffset? thereSince)
    {
        var at = answer.Time.ToDateTimeOffset();
        var since = answer.UnansweredTime?.ToDateTimeOffset() ?? at;
        Push(_responses, Math.Max(0, (at - since).TotalSeconds));
        Total++;
        if (answer.Foretold) Stretch = Stretch.After(answer.BeforeLikely, answer.BeforeLatest);
        if (_lastAnswers.TryGetValue(answer.Agent, out var last))
        {
            // Told twice, or behind one told before.
            if (last >= at) return;
            var begin = Latest(last, Latest(since, thereSince ?? last));
            if (at > begin && at - begin <= GapMax) Push(_gaps, (at - begin).TotalSeconds);
        }

        if (_lastAnswers.Count >= AgentsMax) _lastAnswers.Clear();
        _lastAnswers[answer.Agent] = at;
    }

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static void Push(Queue<double> values, double value)
    {
        if (values.Count == Max) values.Dequeue();
        values.Enqueue(value);
    }

    private double Quantile(double share)
    {
        var sorted = _responses.Order().ToList();
        return sorted[(int)Math.Min(sorted.Count - 1, Math.Ceiling(share * sorted.Count) - 1)];
    }
}
