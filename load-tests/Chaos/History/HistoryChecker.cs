using System.Globalization;
using Engine.V1;

namespace Engine.LoadTests.Chaos.History;

/// <summary>
/// Holds what callers saw against what is there in the end.
/// </summary>
/// <remarks>
/// <para>The question is whether each conversation behaved like one object that does one thing after the other, each between
/// the call and its answer: whether its history is linearizable. In general that takes a search through all orders. Here it
/// does not, because a conversation is a log and every answer names its place in it: a write has the version of its commit,
/// a read of the conversation the version it saw, a list of messages a span of versions - from its newest message to just
/// before the next one. The only order left to check is that of real time: an operation that had ended before another began
/// must not stand behind it. Real time orders transitively, so comparing each operation with the furthest place among those
/// that ended before it began is complete.</para>
/// <para>A write whose outcome nobody knows may take effect at any time after its start or never; it has a start but no end.
/// What callers know is half of it: the other half is that every acknowledged message is there once, in the place that the
/// acknowledgement named, and that what was refused is not there.</para>
/// </remarks>
internal static class HistoryChecker
{
    public static HistoryFindings Check(IReadOnlyCollection<Operation> operations, IReadOnlyCollection<ConversationLog> logs)
    {
        var findings = new HistoryFindings();
        var byName = new Dictionary<string, LogIndex>(StringComparer.Ordinal);
        var places = new Dictionary<long, List<Place>>();
        foreach (var log in logs)
        {
            var index = new LogIndex(log);
            byName[log.Name] = index;
            CheckSequence(log, findings);
            foreach (var commit in log.Commits)
            {
                if (commit.Message is not { } number) continue;
                if (!places.TryGetValue(number, out var found)) places[number] = found = [];
                found.Add(new Place(log.Name, commit.Version));
            }
        }

        CheckWrites(operations, byName, places, findings);
        CheckOrder(operations, byName, places, findings);
        return findings;
    }

    private static void CheckSequence(ConversationLog log, HistoryFindings findings)
    {
        long expected = 1;
        foreach (var commit in log.Commits)
        {
            if (commit.Version != expected)
                findings.AddReordered(Text($"{log.Name} has version {commit.Version} where {expected} belongs"));
            expected = commit.Version + 1;
        }
    }

    private static void CheckWrites(
        IReadOnlyCollection<Operation> operations,
        Dictionary<string, LogIndex> logs,
        Dictionary<long, List<Place>> places,
        HistoryFindings findings)
    {
        var known = new HashSet<long>();
        foreach (var operation in operations)
        {
            if (operation.IsMessage)
            {
                known.Add(operation.Number);
                CheckMessage(operation, places.GetValueOrDefault(operation.Number) ?? [], findings);
            }
            else if (!operation.IsRead && operation.Outcome == OperationOutcome.Acknowledged)
            {
                CheckChange(operation, logs, findings);
            }
        }

        foreach (var (number, found) in places)
        {
            if (!known.Contains(number)) findings.AddInvented(Text($"{found[0]} holds message {number}, which nobody sent"));
        }
    }

    private static void CheckMessage(Operation operation, List<Place> found, HistoryFindings findings)
    {
        for (var i = 1; i < found.Count; i++) findings.AddDuplicated($"{Name(operation)} is at {found[i]} and at {found[0]}");
        switch (operation.Outcome)
        {
            case OperationOutcome.Acknowledged when found.Count == 0:
                findings.AddLost($"{Name(operation)} was acknowledged as {new Place(operation.Conversation!, operation.Version)}");
                break;
            case OperationOutcome.Acknowledged when !found.Contains(new Place(operation.Conversation!, operation.Version)):
                findings.AddReordered(
                    $"{Name(operation)} was acknowledged as {new Place(operation.Conversation!, operation.Version)}, but is at {found[0]}");
                break;
            case OperationOutcome.Refused when found.Count > 0:
                findings.AddInvented($"{Name(operation)} was refused, but is at {found[0]}");
                break;
        }
    }

    private static void CheckChange(Operation operation, Dictionary<string, LogIndex> logs, HistoryFindings findings)
    {
        var place = new Place(operation.Conversation!, operation.Version);
        if (!logs.TryGetValue(place.Conversation, out var log) || log.At(operation.Version) is not { } commit)
        {
            findings.AddLost($"{Name(operation)} was acknowledged as {place}");
            return;
        }

        bool Is(LoggedStatus status) => operation.Kind switch
        {
            OperationKind.Snooze => status.To == ConversationStatus.Snoozed && status.UntilTime == operation.Until,
            OperationKind.Resolve => status.To == ConversationStatus.Resolved,
            _ => true,
        };

        if (operation.Kind == OperationKind.Assign) return;
        if (!commit.Statuses.Any(Is)) findings.AddLost($"{Name(operation)} was acknowledged as {place}, where something else is");
        // Instants are different for each operation, so the same one twice is the same operation twice.
        if (operation.Kind != OperationKind.Snooze) return;
        foreach (var other in log.Commits.Where(c => c.Version != operation.Version && c.Statuses.Any(Is)))
            findings.AddDuplicated($"{Name(operation)} is at {place} and at {other.Version}");
    }

    private static void CheckOrder(
        IReadOnlyCollection<Operation> operations,
        Dictionary<string, LogIndex> logs,
        Dictionary<long, List<Place>> places,
        HistoryFindings findings)
    {
        var steps = new Dictionary<string, List<Step>>(StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            if (StepOf(operation, logs, places, findings) is not { } step) continue;
            if (!steps.TryGetValue(step.Conversation, out var list)) steps[step.Conversation] = list = [];
            list.Add(step);
        }

        foreach (var list in steps.Values) Sweep(list, findings);
    }

    private static Step? StepOf(
        Operation operation,
        Dictionary<string, LogIndex> logs,
        Dictionary<long, List<Place>> places,
        HistoryFindings findings)
    {
        if (operation.Outcome != OperationOutcome.Acknowledged)
        {
            // Found once it took effect some time after its start; where it was not found it has no place.
            return operation.IsMessage && places.GetValueOrDefault(operation.Number) is [var place, ..]
                ? new Step(operation, place.Conversation, operation.Start, long.MaxValue, place.Version, place.Version)
                : null;
        }

        if (!logs.TryGetValue(operation.Conversation!, out var log))
        {
            // A write into it was counted already.
            if (operation.IsRead) findings.AddLost($"{Name(operation)} read {operation.Conversation}, which is not there");
            return null;
        }

        var upper = operation.Version;
        if (operation.Kind == OperationKind.Get) CheckGet(operation, log, findings);
        if (operation.Kind == OperationKind.List)
        {
            CheckList(operation, log, findings);
            upper = log.NextMessage(operation.Version) - 1;
        }

        return new Step(operation, log.Name, operation.Start, operation.End, operation.Version, upper);
    }

    private static void CheckGet(Operation operation, LogIndex log, HistoryFindings findings)
    {
        if (operation.Version > log.LastVersion)
            findings.AddLost(Text($"{Name(operation)} read version {operation.Version} of {log.Name}, which has {log.LastVersion}"));
        else if (log.MessagesUpTo(operation.Version) != operation.MessageCount)
            findings.AddStaleRead(Text($"{Name(operation)} counted {operation.MessageCount} messages at version {operation.Version} of {log.Name}"));
    }

    private static void CheckList(Operation operation, LogIndex log, HistoryFindings findings)
    {
        var read = operation.Read!;
        foreach (var message in read)
        {
            if (log.At(message.Version)?.Message == message.Number) continue;
            findings.AddLost(Text($"{Name(operation)} read message {message.Number} at {log.Name}, {message.Version}, where it is not"));
            return;
        }

        // A page is what lay next to each other: nothing between its ends is left out.
        if (read.Count > 1 && log.MessagesBetween(read[^1].Version, read[0].Version) != read.Count)
            findings.AddStaleRead(Text($"{Name(operation)} left out messages of {log.Name} up to {read[0].Version}"));
    }

    private static void Sweep(List<Step> steps, HistoryFindings findings)
    {
        var byEnd = steps.Where(s => s.End != long.MaxValue).OrderBy(s => s.End).ToList();
        Step? furthest = null;
        var ended = 0;
        foreach (var step in steps.OrderBy(s => s.Start))
        {
            for (; ended < byEnd.Count && byEnd[ended].End < step.Start; ended++)
            {
                if (furthest is null || byEnd[ended].Lower > furthest.Value.Lower) furthest = byEnd[ended];
            }

            if (furthest is not { } before) continue;
            if (step.Operation.IsRead)
            {
                if (before.Lower > step.Upper)
                    findings.AddStaleRead(Text($"{Name(step.Operation)} saw {step.Conversation} at {step.Upper} after {Name(before.Operation)} at {before.Lower}"));
            }
            else if (before.Lower > step.Upper || (before.Lower == step.Upper && step.Operation.IsMessage))
            {
                findings.AddReordered(Text($"{Name(step.Operation)} is at {step.Conversation}, {step.Upper}, begun after {Name(before.Operation)} ended at {before.Lower}"));
            }
        }
    }

    private static string Name(Operation operation) => Text($"{operation.Kind} {operation.Number}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Place(string Conversation, long Version)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Conversation}, {Version}");
    }

    private readonly record struct Step(Operation Operation, string Conversation, long Start, long End, long Lower, long Upper);
}
