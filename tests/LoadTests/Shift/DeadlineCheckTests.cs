using Engine.V1;
using static Engine.LoadTests.Tests.Shift.ShiftHistory;

namespace Engine.LoadTests.Tests.Shift;

/// <summary>The observer's slow clock, against deadlines told rightly and wrongly.</summary>
public sealed class DeadlineCheckTests
{
    private const SlaNoticeKind AtRisk = SlaNoticeKind.AtRisk;
    private const SlaNoticeKind Breached = SlaNoticeKind.Breached;

    [Fact]
    public void A_first_response_that_is_late_is_told_with_its_instants()
    {
        var verdict = new ShiftHistory().Customer(C1, 0)
            .Notice(C1, 80.1, SlaMetric.FirstResponse, AtRisk, 80).Notice(C1, 100.2, SlaMetric.FirstResponse, Breached, 100)
            .Answer(C1, 110).Notice(C1, 110, SlaMetric.FirstResponse, SlaNoticeKind.MetLate, 110).Judge(120);
        Assert.Equal((0, 0, 2), (verdict.EarlyDeadlines, verdict.MissedDeadlines, verdict.DeadlinesTold));
        Assert.Equal(12, verdict.DeadlineLateness.MaxS!.Value, 3);
        var sla = Assert.Single(verdict.Sla);
        Assert.Equal(("FirstResponse", 1L, 0.0), (sla.Metric, sla.Breached, sla.Attained));
    }

    [Theory]
    // Committed before it was due.
    [InlineData(79.9, 80, 1)]
    // Another instant than the clock's, in either direction.
    [InlineData(81, 79, 1)]
    [InlineData(81, 80.001, 1)]
    [InlineData(80, 80, 0)]
    public void An_early_or_wrong_notice_is_found(double commit, double effective, long found)
    {
        var verdict = new ShiftHistory().Customer(C1, 0).Notice(C1, commit, SlaMetric.FirstResponse, AtRisk, effective).Answer(C1, 90).Judge(95);
        Assert.Equal(found, verdict.EarlyDeadlines);
    }

    [Fact]
    public void A_notice_of_what_is_not_owed_is_wrong()
    {
        var verdict = new ShiftHistory().Customer(C1, 0).Answer(C1, 10).Notice(C1, 120, SlaMetric.FirstResponse, AtRisk, 80).Judge(130);
        // The clock would have come there had nobody answered; that somebody did makes it wrong.
        Assert.Equal(1, verdict.EarlyDeadlines);
    }

    [Fact]
    public void A_breach_that_is_never_told_or_told_twice_is_found()
    {
        Assert.Equal(1, new ShiftHistory().Customer(C1, 0).Answer(C1, 150).Judge(200).MissedDeadlines);
        Assert.Equal(0, new ShiftHistory().Customer(C1, 0).Answer(C1, 99).Judge(200).MissedDeadlines);
        var twice = new ShiftHistory().Customer(C1, 0).Notice(C1, 100, SlaMetric.FirstResponse, Breached, 100)
            .Notice(C1, 101, SlaMetric.FirstResponse, Breached, 100).Answer(C1, 150);
        Assert.Equal(1, twice.Judge(160).MissedDeadlines);
    }

    [Fact]
    public void Next_response_counts_from_the_oldest_message_and_only_while_the_shop_is_open()
    {
        // From 290, closed from 300 to 360: 40 of 50 minutes have counted at 390, all at 400.
        ShiftHistory Waiting() => new ShiftHistory().Customer(C1, 0).Answer(C1, 10)
            .Customer(C1, 290, ConversationStatus.Pending).Customer(C1, 295);
        var right = Waiting().Notice(C1, 390, SlaMetric.NextResponse, AtRisk, 390).Notice(C1, 400, SlaMetric.NextResponse, Breached, 400).Answer(C1, 401);
        Assert.Equal((0, 0), (right.Judge(410).EarlyDeadlines, right.Judge(410).MissedDeadlines));
        var overtime = Waiting().Notice(C1, 390, SlaMetric.NextResponse, AtRisk, 330).Answer(C1, 391);
        Assert.Equal(1, overtime.Judge(400).EarlyDeadlines);
        var fromTheSecond = Waiting().Notice(C1, 395, SlaMetric.NextResponse, AtRisk, 395).Answer(C1, 396);
        Assert.Equal(1, fromTheSecond.Judge(400).EarlyDeadlines);
    }

    [Fact]
    public void Resolution_leaves_out_pending_and_snoozed_time_and_goes_on_after_a_reopening()
    {
        // 60 open, 40 pending, 30 open, 40 snoozed (told 5 late), 60 open, resolved for 20: 150 of 200 have counted at 250.
        ShiftHistory Story() => new ShiftHistory()
            .Customer(C1, 0).Answer(C1, 60).Customer(C1, 100, ConversationStatus.Pending)
            .Change(C1, 130, ConversationStatus.Open, ConversationStatus.Snoozed)
            .Change(C1, 175, ConversationStatus.Snoozed, ConversationStatus.Open, effective: 170)
            .Answer(C1, 230).Change(C1, 230, ConversationStatus.Pending, ConversationStatus.Resolved)
            .Customer(C1, 250, ConversationStatus.Resolved);
        var right = Story().Notice(C1, 260, SlaMetric.Resolution, AtRisk, 260, 7).Notice(C1, 300, SlaMetric.Resolution, Breached, 300, 7);
        Assert.Equal(0, right.Judge(301).EarlyDeadlines);
        Assert.Equal(1, Story().Notice(C1, 290, SlaMetric.Resolution, AtRisk, 290, 7).Judge(301).EarlyDeadlines);
    }
}
