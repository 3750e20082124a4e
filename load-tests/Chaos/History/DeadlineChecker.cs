using System.Globalization;
using Engine.V1;

namespace Engine.LoadTests.Chaos.History;

/// <summary>
/// Checks that each deadline was recorded once, with the instant that was computed for it, and not before that instant.
/// </summary>
/// <remarks>
/// The journal tells everything: a change to SNOOZED or RESOLVED names the instant, the change that ends it says when it took
/// effect. The time of a commit is the engine's own word, so a second witness is asked: a subscriber with a clock of its own,
/// who must not have seen the end before the instant either, as far as two clocks can be compared.
/// </remarks>
internal sealed class DeadlineChecker(DateTimeOffset checkedAt, Func<string, long, DateTimeOffset?>? seenAt = null)
{
    private const int ExamplesMax = 10;

    /// <summary>
    /// How far the witness's clock may differ from the engine's, which follows the database's by answers that take their time; a clock
    /// that is wrong is wrong by more.
    /// </summary>
    public static readonly TimeSpan WitnessTolerance = TimeSpan.FromSeconds(1);
    private readonly List<TimeSpan> _late = [];
    private readonly List<string> _examples = [];
    private int _due;
    private int _fired;
    private int _early;
    private int _doubled;
    private int _missed;
    private int _wrongInstant;

    /// <param name="checkedAt">When the log was read: what was due by then must be recorded.</param>
    /// <param name="seenAt">When a subscriber saw a commit; null where none did.</param>
    public static DeadlineFindings Check(
        IEnumerable<ConversationLog> logs, DateTimeOffset checkedAt, Func<string, long, DateTimeOffset?>? seenAt = null)
    {
        var checker = new DeadlineChecker(checkedAt, seenAt);
        foreach (var log in logs) checker.Walk(log);
        return new DeadlineFindings
        {
            Due = checker._due,
            Fired = checker._fired,
            Early = checker._early,
            Doubled = checker._doubled,
            Missed = checker._missed,
            WrongInstant = checker._wrongInstant,
            Late = checker._late,
            Examples = checker._examples,
        };
    }

    private void Walk(ConversationLog log)
    {
        DateTimeOffset? pending = null;
        foreach (var commit in log.Commits)
        {
            foreach (var status in commit.Statuses)
            {
                if (commit.ByEngine) End(log, commit, status, pending);
                pending = status.To is ConversationStatus.Snoozed or ConversationStatus.Resolved ? status.UntilTime : null;
            }
        }

        if (pending > checkedAt || pending is null) return;
        _due++;
        _missed++;
        Example(log, log.Commits[^1], "nothing followed", pending);
    }

    private void End(ConversationLog log, LoggedCommit commit, LoggedStatus status, DateTimeOffset? pending)
    {
        if (pending is not { } instant)
        {
            _doubled++;
            Example(log, commit, "nothing was to end", null);
            return;
        }

        _due++;
        if (status.EffectiveTime == instant)
        {
            _fired++;
            _late.Add(commit.CommitTime - instant);
        }
        else
        {
            _wrongInstant++;
            Example(log, commit, "took effect at another instant", instant);
        }

        if (commit.CommitTime >= instant && !(seenAt?.Invoke(log.Name, commit.Version) < instant - WitnessTolerance)) return;
        _early++;
        Example(log, commit, "came early", instant);
    }

    private void Example(ConversationLog log, LoggedCommit commit, string what, DateTimeOffset? instant)
    {
        if (_examples.Count < ExamplesMax)
            _examples.Add(string.Create(CultureInfo.InvariantCulture, $"Deadline: {log.Name}, {commit.Version}: {what} (due {instant:O}, committed {commit.CommitTime:O})"));
    }
}
