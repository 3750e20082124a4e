using System.Globalization;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Shift;

/// <summary>A shift's outcome for people.</summary>
internal static class ShiftPrinter
{
    public static void Print(ShiftReport report, TextWriter output)
    {
        var seen = report.Observed;
        output.WriteLine();
        Line($"{report.Hours:0.##} h at {report.ClockSpeed} times real time, {report.Agents} agents, {report.Customers:N0} customers, {report.Silos} silo(s) on {report.Store}: {report.DurationS:N0} s; {(report.Finished ? $"done {report.OvertimeMinutes:N0} min after the last customer came" : "NOT done in the overtime")}");
        Line($"{seen.Conversations:N0} conversations, {seen.Messages:N0} messages and notes, {seen.Assigned:N0} assignments; at most {seen.WaitingMax:N0} waited at once; {report.Kills} kills");
        Row("over_capacity", report.OverCapacity, $"returned_no_room {seen.ReturnedNoRoom}, returned_agent_absent {seen.ReturnedAgentAbsent}, over_by_own_hand {seen.OverByOwnHand}");
        Row("stranded", report.Stranded, "");
        Row("reconciled", report.Reconciled ?? -1, report.Kills > 0 ? "after kills; no fault" : "");
        Row("early_deadlines", report.EarlyDeadlines, $"{seen.DeadlinesTold} told; late p50 {Seconds(seen.DeadlineLateness.P50S)}, p90 {Seconds(seen.DeadlineLateness.P90S)}, max {Seconds(seen.DeadlineLateness.MaxS)} of engine time");
        Row("missed_deadlines", report.MissedDeadlines, "");
        Row("double_owner", report.DoubleOwner, "");
        Row("unexplained", seen.Unexplained, "");
        Row("lost", report.Lost, "");
        Row("doubled", report.Doubled, "");
        Row("missing_events", seen.MissingEvents, "");
        foreach (var metric in seen.Sla)
            Line($"  {$"sla {metric.Metric}",-26}{Percent(metric.Attained),8}  met {metric.Met:N0}, breached {metric.Breached:N0}, at risk {metric.AtRisk:N0}");
        Line($"  {"wait for assignment",-26}{Minutes(seen.WaitForAssignment.P50S),8}  p50; p90 {Minutes(seen.WaitForAssignment.P90S)}, max {Minutes(seen.WaitForAssignment.MaxS)} ({seen.WaitForAssignment.Count:N0})");
        Line($"  {"wait for answer",-26}{Minutes(seen.WaitForAnswer.P50S),8}  p50; p90 {Minutes(seen.WaitForAnswer.P90S)}, max {Minutes(seen.WaitForAnswer.MaxS)} ({seen.WaitForAnswer.Count:N0})");
        Line($"  {"utilisation",-26}{Percent(seen.Staff.Utilisation),8}  of units over {seen.Staff.OnlineHours:N0} hours online");
        Line($"  {"fairness",-26}{Reports.Number(seen.Staff.Fairness, "F2"),8}  assignments an hour from {seen.Staff.AssignmentsPerHourMin:F1} to {seen.Staff.AssignmentsPerHourMax:F1}");
        Line($"  {"before likely",-26}{Percent(seen.Expectations.BeforeLikely),8}  of {seen.Expectations.Answers:N0} answers to customers who were told a time; {seen.Expectations.UntoldAnswers:N0} were told none");
        Line($"  {"before latest",-26}{Percent(seen.Expectations.BeforeLatest),8}");
        Line($"  {report.Calls:N0} calls, {report.Retries:N0} retries, {report.FailedCalls:N0} failed; engine CPU {Seconds(report.EngineCpuS)}");
        foreach (var (reason, count) in report.Refusals.OrderByDescending(r => r.Value).Take(10)) Line($"  refused {count} times: {reason}");
        foreach (var example in report.Examples) Line($"  {example}");
        Line($"{(report.Passed ? "Passed" : $"FAILED: {report.Harms} harms")}; seed {report.Seed}");

        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        void Row(string name, long count, string more) => Line($"  {name,-26}{count,8}  {more}");
    }

    private static string Seconds(double? value) => value is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s:F1} s") : "-";

    private static string Minutes(double? seconds) => seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s / 60:F1} min") : "-";

    private static string Percent(double? share) => share is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s * 100:F1} %") : "-";
}
