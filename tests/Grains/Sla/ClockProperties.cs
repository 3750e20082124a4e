using Engine.Grains.Sla;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Explaining;
using Engine.Grains.Tests.Sla.Support;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Xunit.Abstractions;
using Duration = NodaTime.Duration;

namespace Engine.Grains.Tests.Sla;

/// <summary>What holds for promises over random conversations, hours, zones and rules that change under way.</summary>
public sealed class ClockProperties(ITestOutputHelper output)
{
    [Fact]
    public void Clocks_tell_what_counting_every_five_minutes_tells() => Cases.Check(output, ClockCase.Make, c => c.Smaller(), c =>
    {
        var fast = c.Notices();
        var slow = new SlowClocks().Run(c);
        return fast.SequenceEqual(slow) ? null : $"told:{Lines(fast)}{Environment.NewLine}right:{Lines(slow)}";
    });

    [Fact]
    public void A_replay_gives_the_state_that_was_lived() => Cases.Check(output, ClockCase.Make, c => c.Smaller(), c =>
    {
        string? fault = null;
        c.Live((before, moment, decision) =>
        {
            // As stored and read again.
            var events = decision.Events.Select(e => SlaEvent.Parser.ParseFrom(e.ToByteArray())).ToList();
            if (!SlaCore.Apply(before, moment, events).Equals(decision.State)) fault ??= $"after {moment?.Time}";
            if (!SlaState.Of(SlaSnapshot.Parser.ParseFrom(decision.State.ToSnapshot().ToByteArray())).Equals(decision.State)) fault ??= $"snapshot after {moment?.Time}";
        }, out _);
        return fault;
    });

    [Fact]
    public void Each_is_told_once_and_nothing_early() => Cases.Check(output, ClockCase.Make, c => c.Smaller(), c =>
    {
        string? fault = null;
        var told = new HashSet<(long, SlaNoticeKind)>();
        c.Live((before, moment, decision) =>
        {
            foreach (var notice in decision.Events.Select(e => e.Notice).Where(n => n is not null))
            {
                if (!told.Add((notice.DeadlineId, notice.Kind))) fault ??= $"twice: {notice}";
                if (moment is not null && notice.EffectiveTime.ToInstant() > decision.State.LastTime) fault ??= $"early: {notice}";
            }

            if (decision.State.NextDue is not { } due) return;
            if (SlaCore.Wake(decision.State, due - Duration.FromTicks(1)).Events.Count > 0) fault ??= $"something is due before {due}";
            if (SlaCore.Wake(decision.State, due).Events.Count == 0) fault ??= $"nothing is due at {due}";
            if (moment is not null && due <= moment.Time) fault ??= $"left untold: {due}";
        }, out _);
        return fault;
    });

    [Fact]
    public void What_is_explained_adds_up() => Cases.Check(output, ClockCase.Make, c => c.Smaller(), c =>
    {
        var events = new List<SlaEvent>();
        c.Live((_, _, decision) => events.AddRange(decision.Events), out var catalog);
        var explanation = SlaExplainer.Explain(events, c.Until, catalog);
        if (explanation.Deadlines.Count != events.Where(e => e.ClockSet?.Target is not null).Select(e => e.ClockSet.DeadlineId).Distinct().Count()) return "a deadline is missing";
        foreach (var deadline in explanation.Deadlines)
        {
            var sum = deadline.Carried.ToNoda();
            SlaInterval? last = null;
            foreach (var interval in deadline.Intervals)
            {
                if (last is not null && !last.EndTime.Equals(interval.StartTime)) return $"a gap after {last}";
                if (interval.StartTime.ToInstant() >= interval.EndTime.ToInstant()) return $"nothing in {interval}";
                var length = interval.EndTime.ToInstant() - interval.StartTime.ToInstant();
                if (interval.Counted.ToNoda() != (interval.Reason == SlaIntervalReason.Counted ? length : Duration.Zero)) return $"not as long: {interval}";
                sum += interval.Counted.ToNoda();
                last = interval;
                foreach (var set in events.Select(e => e.ClockSet).Where(s => s?.DeadlineId == deadline.DeadlineId && s.SinceTime.Equals(interval.EndTime)))
                {
                    if (set.Counted.ToNoda() != sum) return $"{set.Counted} counted at {set.SinceTime}, {sum} explained";
                }
            }

            if (deadline.Counted.ToNoda() != sum) return $"{deadline.Counted} in all, {sum} explained";
            foreach (var notice in deadline.Notices.Where(n => n.Kind == SlaNoticeKind.Breached))
            {
                var until = SlaExplainer.Explain(events, notice.EffectiveTime.ToInstant(), catalog).Deadlines.Single(d => d.DeadlineId == deadline.DeadlineId);
                if (!until.Counted.Equals(notice.Counted)) return $"{until.Counted} explained up to {notice}";
            }
        }

        return null;
    });

    /// <summary>Or the properties above would hold for want of anything that happens.</summary>
    [Fact]
    public void Random_cases_come_to_everything_there_is()
    {
        var seen = new Dictionary<string, int>();
        for (var seed = 0; seed < 1_000; seed++)
        {
            ClockCase.Make(new Random(seed)).Live((before, _, decision) =>
            {
                foreach (var e in decision.Events)
                {
                    if (e.Notice is { } notice) See($"{notice.Metric} {notice.Kind}");
                    if (e.RulesChanged is { } changed) See($"{changed.Cause}");
                    if (e.ClockSet is not { } clock) continue;
                    See($"{clock.Metric} {clock.Mode}");
                    // A deadline goes on under rules that changed on the way.
                    if (decision.Events.Any(other => other.RulesChanged is not null) && before.Clock(clock.Metric)?.DeadlineId == clock.DeadlineId)
                        See($"{clock.Metric} moved");
                }
            }, out _);
        }

        foreach (var (what, count) in seen.OrderBy(pair => pair.Key, StringComparer.Ordinal)) output.WriteLine($"{count,7} {what}");
        foreach (var metric in SlaMetrics.All)
        {
            foreach (var kind in Enum.GetValues<SlaNoticeKind>().Where(k => k != SlaNoticeKind.Unspecified))
            {
                // Nothing cancels a resolution.
                if (metric != SlaMetric.Resolution || kind != SlaNoticeKind.Cancelled) Assert.InRange(seen.GetValueOrDefault($"{metric} {kind}"), 10, int.MaxValue);
            }

            foreach (var mode in Enum.GetValues<SlaClockMode>().Where(m => m != SlaClockMode.Unspecified)) Assert.InRange(seen.GetValueOrDefault($"{metric} {mode}"), 10, int.MaxValue);
            Assert.InRange(seen.GetValueOrDefault($"{metric} moved"), 10, int.MaxValue);
        }

        foreach (var cause in Enum.GetValues<SlaRulesCause>().Where(c => c != SlaRulesCause.Unspecified)) Assert.InRange(seen.GetValueOrDefault($"{cause}"), 10, int.MaxValue);

        void See(string what) => seen[what] = seen.GetValueOrDefault(what) + 1;
    }

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => Environment.NewLine + "  " + line));
}
