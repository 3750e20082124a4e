using Engine.LoadTests.Chaos.History;
using Engine.V1;

namespace Engine.LoadTests.Tests.Chaos;

public sealed class DeadlineCheckerTests
{
    private static readonly DateTimeOffset Begin = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Due = Begin.AddSeconds(10);

    [Fact]
    public void Fired_once_with_the_computed_instant_is_right_however_late()
    {
        var findings = Check(Snoozed(1), Ended(2, at: Due.AddSeconds(3), effective: Due));
        Assert.Equal((1, 1, 0), (findings.Due, findings.Fired, findings.Harms));
        Assert.Equal([TimeSpan.FromSeconds(3)], findings.Late);
    }

    [Fact]
    public void Closing_of_what_was_resolved_is_a_deadline_too()
    {
        var findings = Check(
            Commit(1, Begin, false, new LoggedStatus(ConversationStatus.Open, ConversationStatus.Resolved, Begin, Due)),
            Commit(2, Due, true, new LoggedStatus(ConversationStatus.Resolved, ConversationStatus.Closed, Due, Due)));
        Assert.Equal((1, 1, 0), (findings.Due, findings.Fired, findings.Harms));
    }

    [Fact]
    public void Overtaken_by_a_customer_it_is_not_due() =>
        Assert.Equal((0, 0, 0), Summary(Check(
            Snoozed(1),
            Commit(2, Begin.AddSeconds(5), false, new LoggedStatus(ConversationStatus.Snoozed, ConversationStatus.Open, Begin.AddSeconds(5), null)))));

    [Fact]
    public void Not_due_yet_when_it_was_read_it_is_not_missed()
    {
        Assert.Equal((0, 0, 0), Summary(DeadlineChecker.Check([Log(Snoozed(1))], Due.AddTicks(-1))));
        Assert.Equal((1, 0, 1), Summary(DeadlineChecker.Check([Log(Snoozed(1))], Due)));
    }

    [Fact]
    public void Committed_before_its_instant_it_is_early() =>
        Assert.Equal(1, Check(Snoozed(1), Ended(2, at: Due.AddTicks(-1), effective: Due)).Early);

    [Fact]
    public void Seen_by_a_subscriber_before_its_instant_it_is_early_whatever_the_commit_says()
    {
        var log = Log(Snoozed(1), Ended(2, at: Due.AddSeconds(1), effective: Due));
        Assert.Equal(1, DeadlineChecker.Check([log], Due.AddMinutes(1), (_, version) => version == 2 ? Due.AddMinutes(-50) : null).Early);
        Assert.Equal(0, DeadlineChecker.Check([log], Due.AddMinutes(1), (_, version) => version == 2 ? Due : null).Early);
    }

    [Fact]
    public void Fired_twice_it_is_doubled() =>
        Assert.Equal(1, Check(Snoozed(1), Ended(2, at: Due, effective: Due), Ended(3, at: Due, effective: Due)).Doubled);

    [Fact]
    public void Recorded_with_the_time_of_firing_it_has_the_wrong_instant()
    {
        var findings = Check(Snoozed(1), Ended(2, at: Due.AddSeconds(1), effective: Due.AddSeconds(1)));
        Assert.Equal((1, 0, 1), (findings.Due, findings.Fired, findings.WrongInstant));
    }

    private static (int Due, int Fired, int Missed) Summary(DeadlineFindings findings) => (findings.Due, findings.Fired, findings.Missed);

    private static DeadlineFindings Check(params LoggedCommit[] commits) => DeadlineChecker.Check([Log(commits)], Due.AddMinutes(1));

    private static ConversationLog Log(params LoggedCommit[] commits) => new("conversations/c1", commits);

    private static LoggedCommit Snoozed(long version) =>
        Commit(version, Begin, false, new LoggedStatus(ConversationStatus.Open, ConversationStatus.Snoozed, Begin, Due));

    private static LoggedCommit Ended(long version, DateTimeOffset at, DateTimeOffset effective) =>
        Commit(version, at, true, new LoggedStatus(ConversationStatus.Snoozed, ConversationStatus.Open, effective, null));

    private static LoggedCommit Commit(long version, DateTimeOffset at, bool byEngine, LoggedStatus status) => new()
    {
        Version = version,
        CommitTime = at,
        ByEngine = byEngine,
        Statuses = [status],
    };
}
