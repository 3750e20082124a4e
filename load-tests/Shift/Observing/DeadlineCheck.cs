using System.Globalization;
using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>
/// Whether deadlines were told early, or with another instant than a slow, obviously right clock finds, or not at all.
/// </summary>
/// <remarks>
/// The slow clock goes through a conversation's whole story from its first commit, once for each notice: it cuts the time into
/// pieces at every commit and every opening and closing, adds up those pieces that count, and looks in which of them the threshold
/// is reached. It shares no code and no idea with the engine, which keeps sums and computes ahead.
/// </remarks>
internal sealed class DeadlineCheck(ShopRules rules, DateTimeOffset end)
{
    private const double PercentOfAll = 100;
    private const int AtRiskPercent = 80;

    /// <summary>Less than anything that the journal keeps of an instant would blur.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(1);

    /// <summary>AT_RISK and BREACHED that were committed before they were due.</summary>
    public Findings Early { get; } = new();

    /// <summary>Notices whose instant is not the slow clock's.</summary>
    public Findings WrongInstant { get; } = new();

    /// <summary>Due by the slow clock, and never told.</summary>
    public Findings Missed { get; } = new();

    /// <summary>Told twice.</summary>
    public Findings Doubled { get; } = new();

    /// <summary>AT_RISK and BREACHED seen.</summary>
    public long Told { get; private set; }

    /// <summary>How long after their instants they were committed.</summary>
    public List<TimeSpan> Lateness { get; } = [];

    /// <param name="story">A conversation.</param>
    /// <param name="grace">How late what was due before the end may still be told: it is not missed if it fell due only now.</param>
    public void See(ConversationStory story, TimeSpan grace)
    {
        var told = new HashSet<(long, SlaNoticeKind)>();
        var waits = Owed.Of(story);
        foreach (var step in story.Steps)
        {
            foreach (var notice in step.Notices)
            {
                var isEnd = notice.Kind is SlaNoticeKind.Met or SlaNoticeKind.MetLate or SlaNoticeKind.Cancelled;
                if (!told.Add((notice.DeadlineId, isEnd ? SlaNoticeKind.Met : notice.Kind)))
                    Doubled.Add($"{story.Name}: {notice.Kind} of {notice.Metric} {notice.DeadlineId} twice");
                if (notice.Kind is SlaNoticeKind.AtRisk or SlaNoticeKind.Breached) Compare(story, step, notice, waits);
            }
        }

        foreach (var wait in waits.Where(w => !told.Contains((w.DeadlineIn(story), SlaNoticeKind.Breached))))
        {
            if (Reached(story, wait, SlaNoticeKind.Breached) is not { } due || due >= (wait.To ?? end) || due > end - grace) continue;
            // Told under whatever id, as long as it was told at this instant.
            if (story.Steps.SelectMany(s => s.Notices).Any(n => n.Metric == wait.Metric && n.Kind == SlaNoticeKind.Breached && Near(n.EffectiveTime.ToDateTimeOffset(), due)))
                continue;
            // A resolution that was breached before the matter was reopened stays breached.
            if (wait.Metric == SlaMetric.Resolution && story.Steps.SelectMany(s => s.Notices).Any(n => n.Metric == wait.Metric && n.Kind == SlaNoticeKind.Breached)) continue;
            Missed.Add(string.Create(CultureInfo.InvariantCulture, $"{story.Name}: {wait.Metric} was due at {due:HH:mm:ss.fff}, and is not told"));
        }
    }

    private static bool Near(DateTimeOffset one, DateTimeOffset other) => (one - other).Duration() <= Tolerance;

    private void Compare(ConversationStory story, ConversationStep step, SlaNotice notice, IReadOnlyList<Owed> waits)
    {
        Told++;
        var effective = notice.EffectiveTime.ToDateTimeOffset();
        if (step.CommitTime < effective)
        {
            Early.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{story.Name}: {notice.Kind} of {notice.Metric} committed {(effective - step.CommitTime).TotalMilliseconds:0.###} ms before its instant"));
        }

        Lateness.Add(step.CommitTime - effective);
        var instants = waits.Where(w => w.Metric == notice.Metric && w.From <= effective + Tolerance && (w.To is null || effective <= w.To.Value + Tolerance))
            .Select(w => Reached(story, w, notice.Kind)).OfType<DateTimeOffset>().ToList();
        if (!instants.Any(i => Near(i, effective)))
        {
            WrongInstant.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{story.Name}: {notice.Kind} of {notice.Metric} says {effective:HH:mm:ss.fff}, the slow clock {string.Join(" or ", instants.Select(i => i.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)).DefaultIfEmpty("never"))}"));
        }
    }

    /// <summary>The first instant of a wait by which so much has counted.</summary>
    private DateTimeOffset? Reached(ConversationStory story, Owed wait, SlaNoticeKind kind)
    {
        var counted = TimeSpan.Zero;
        for (var i = 0; i < story.Steps.Count; i++)
        {
            var step = story.Steps[i];
            var to = i + 1 < story.Steps.Count ? story.Steps[i + 1].At : DateTimeOffset.MaxValue;
            // Resolution goes on counting from where it was; everything else begins with its wait.
            if (wait.Metric != SlaMetric.Resolution && to <= wait.From) continue;
            var from = wait.Metric != SlaMetric.Resolution && step.At < wait.From ? wait.From : step.At;
            if (wait.Metric == SlaMetric.Resolution && step.Status is ConversationStatus.Resolved or ConversationStatus.Closed) continue;
            if (rules.PromiseOf(wait.Metric, step.Queue, step.Channel) is not { } promise) continue;
            var threshold = Threshold(promise.Policy, promise.Target, kind);
            var isTurn = from >= wait.From - Tolerance;
            if (isTurn && counted >= threshold) return from;
            if (Pauses(promise.Target, wait.Metric, step.Status)) continue;
            var business = promise.Target.TimeBase == SlaTimeBase.Business
                || (promise.Target.TimeBase == SlaTimeBase.Unspecified && promise.Policy.Calendar.Length > 0);
            foreach (var (begin, until) in business ? Open(from, to) : [(from, to)])
            {
                var left = threshold - counted;
                if (isTurn && until - begin >= left) return begin + left;
                counted += until - begin;
            }
        }

        return null;
    }

    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Open(DateTimeOffset from, DateTimeOffset to) =>
        from hours in rules.Hours
        let begin = hours.From > @from ? hours.From : @from
        let until = hours.To < to ? hours.To : to
        where until > begin
        select (begin, until);

    private static bool Pauses(SlaTarget target, SlaMetric metric, ConversationStatus status) =>
        target.PauseStatuses.Contains(status) || (metric == SlaMetric.Resolution && status == ConversationStatus.Pending);

    private static TimeSpan Threshold(SlaPolicy policy, SlaTarget target, SlaNoticeKind kind)
    {
        var whole = target.Target.ToTimeSpan();
        if (kind == SlaNoticeKind.Breached) return whole;
        var percent = target.AtRiskPercent > 0 ? target.AtRiskPercent : policy.AtRiskPercent > 0 ? policy.AtRiskPercent : AtRiskPercent;
        return whole * (percent / PercentOfAll);
    }
}
