using Engine.Grains.Sla;
using Engine.Grains.Sla.Explaining;
using Engine.Grains.Tests.Sla.Support;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Tests.Sla;

public sealed class SlaExplainTests
{
    [Fact]
    public void Every_interval_has_its_reason_and_the_policy_version_it_counted_by()
    {
        var run = new SlaScript("""
            hours Europe/Berlin Mon-Fri 09:00-17:00
            holiday 2026-06-04 Corpus Christi
            closed 2026-06-05T09:00 2026-06-05T10:00 Stocktaking
            promise first 8h pause snoozed
            Tue 2026-06-02 16:00 customer
            Wed 2026-06-03 10:00 snooze
            Wed 2026-06-03 16:00 wake
            Fri 2026-06-05 11:00 change promise first 10h
            Fri 2026-06-05 12:00 agent
            """).Run(wakes: true);

        var deadline = Assert.Single(SlaExplainer.Explain(run.Events, At(5, 20), run.Catalog).Deadlines, d => d.Metric == SlaMetric.FirstResponse);

        Assert.Equal(
            [
                "2T14:00 2T15:00 Counted v1",
                "2T15:00 3T07:00 Hours v1",
                "3T07:00 3T08:00 Counted v1",
                "3T08:00 3T14:00 Status Snoozed v1",
                "3T14:00 3T15:00 Counted v1",
                // One stretch between two openings, named after the closure in it rather than the holiday.
                "3T15:00 5T08:00 Closure Stocktaking v1",
                "5T08:00 5T09:00 Counted v1",
                "5T09:00 5T10:00 Counted v2",
            ],
            deadline.Intervals.Select(Write));
        Assert.Equal(Duration.FromHours(5), deadline.Counted.ToNoda());
        Assert.Equal(Duration.FromHours(10), deadline.Target.ToNoda());
        Assert.Equal([SlaNoticeKind.Met], deadline.Notices.Select(n => n.Kind));
        Assert.Null(deadline.DeadlineTime);
    }

    [Fact]
    public void What_came_later_is_not_told()
    {
        var run = new SlaScript("""
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise first 1h
            Fri 2026-06-05 16:30 customer
            Mon 2026-06-08 12:00 end
            """).Run(wakes: true);

        var deadline = Assert.Single(SlaExplainer.Explain(run.Events, At(6, 10), run.Catalog).Deadlines);

        Assert.Equal(["5T14:30 5T15:00 Counted v1", "5T15:00 6T10:00 Hours v1"], deadline.Intervals.Select(Write));
        Assert.Empty(deadline.Notices);
        Assert.Equal(At(8, 7) + Duration.FromMinutes(30), deadline.DeadlineTime.ToInstant());
    }

    [Fact]
    public void A_reopened_resolution_tells_what_it_carried()
    {
        var run = new SlaScript("""
            hours Europe/Berlin Mon-Fri 09:00-17:00
            promise resolution 8h
            Mon 2026-06-01 09:00 customer
            Mon 2026-06-01 12:00 resolve
            Tue 2026-06-02 09:00 customer
            Tue 2026-06-02 10:00 resolve
            """).Run(wakes: true);

        var deadlines = SlaExplainer.Explain(run.Events, At(3, 10), run.Catalog).Deadlines.Where(d => d.Metric == SlaMetric.Resolution).ToList();

        Assert.Equal([0, 3], deadlines.Select(d => d.Carried.ToNoda().TotalHours));
        Assert.Equal([3, 4], deadlines.Select(d => d.Counted.ToNoda().TotalHours));
    }

    [Fact]
    public void Years_are_told_in_a_bounded_list_that_adds_up()
    {
        var run = new SlaScript("""
            hours Europe/Berlin Mon-Fri 09:00-12:00 13:00-17:00
            promise first 366d
            Mon 2026-06-01 09:00 customer
            """).Run(wakes: true);

        var at = Instant.FromUtc(2031, 6, 1, 0, 0);
        var deadline = Assert.Single(SlaExplainer.Explain(run.Events, at, run.Catalog).Deadlines, d => d.Metric == SlaMetric.FirstResponse);

        Assert.True(deadline.Truncated);
        Assert.Equal(2_000, deadline.Intervals.Count);
        Assert.Equal(SlaIntervalReason.Summary, deadline.Intervals[0].Reason);
        Assert.Equal(deadline.Counted.ToNoda(), deadline.Intervals.Aggregate(Duration.Zero, (sum, i) => sum + i.Counted.ToNoda()));
        Assert.Equal(at, deadline.Intervals[^1].EndTime.ToInstant());
    }

    private static Instant At(int day, int hour) => Instant.FromUtc(2026, 6, day, hour, 0);

    private static string Write(SlaInterval interval)
    {
        var (start, end) = (interval.StartTime.ToInstant().InUtc(), interval.EndTime.ToInstant().InUtc());
        var words = new List<string> { $"{start.Day}T{start.Hour:00}:{start.Minute:00}", $"{end.Day}T{end.Hour:00}:{end.Minute:00}", interval.Reason.ToString() };
        if (interval.Status != ConversationStatus.Unspecified) words.Add(interval.Status.ToString());
        if (interval.Detail.Length > 0) words.Add(interval.Detail);
        words.Add($"v{interval.Rules.PolicyVersion}");
        return string.Join(' ', words);
    }
}
