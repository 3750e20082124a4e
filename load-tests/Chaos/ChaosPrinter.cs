using System.Globalization;

namespace Engine.LoadTests.Chaos;

/// <summary>A run's outcome for people.</summary>
internal static class ChaosPrinter
{
    public static void Print(ChaosReport report, TextWriter output)
    {
        output.WriteLine();
        Line($"{report.Acknowledged:N0} messages acknowledged in {report.DurationS:N0} s ({report.MessagesPerSecond:N0} a second; p50 {report.P50Ms:N0} ms, p99 {report.P99Ms:N0} ms, max {report.MaxMs:N0} ms)");
        Line($"  lost {report.Lost}, duplicated {report.Duplicated}, reordered {report.Reordered}, double owners {report.DoubleOwner?.ToString(CultureInfo.InvariantCulture) ?? "-"}, stale reads {report.StaleReads}, invented {report.Invented}");
        Line($"  {report.Faults.Count} faults, {report.Kills} kills; recovery p50 {Seconds(report.RecoveryP50S)}, p99 {Seconds(report.RecoveryP99S)} over {report.RecoveryConversations:N0} conversations; {report.OwnerChanges:N0} changes of owner");
        Line($"  {report.FailedCallsAfterRetries} calls failed after retries ({report.Retries:N0} retries); false evictions {report.FalseEvictions}");
        Line($"  deadlines: {report.Reminders.Due} due, {report.Reminders.Fired} fired, {report.Reminders.Early} early, {report.Reminders.Doubled} doubled, {report.Reminders.Missed} missed, {report.Reminders.WrongInstant} with a wrong instant; late p50 {Seconds(report.Reminders.LateP50S)}, p99 {Seconds(report.Reminders.LateP99S)}");
        Line($"  subscribers: {report.Subscribers.Events:N0} events, {report.Subscribers.Reconnects} reconnects, {report.Subscribers.Skipped} skipped, {report.Subscribers.OutOfOrder} out of order, {report.Subscribers.Missing} missing, {report.Subscribers.MissingInLists} missing in lists");
        foreach (var refusal in report.Refusals) Line($"  refused or failed {refusal.Count} times: {refusal.Reason}");
        foreach (var exit in report.UnexplainedExits) Line($"  {exit}");
        foreach (var example in report.Examples) Line($"  {example}");
        Line($"{(report.Passed ? "Passed" : $"FAILED: {report.Harms} harms")}; seed {report.Seed}");

        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    private static string Seconds(double? value) => value is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s:F1} s") : "-";
}
