using Engine.Grains.Conversations;
using Engine.Grains.Expectations;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Xunit.Abstractions;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Tests.Conversations;

/// <summary>What holds for every conversation, whatever its rules do about it.</summary>
public sealed class TurnProperties(ITestOutputHelper output)
{
    [Fact]
    public void A_replay_from_any_snapshot_gives_the_state_that_was_lived() => Check(history =>
    {
        var replayed = ConversationState.None;
        foreach (var line in history.Lines)
        {
            replayed = ConversationCore.Apply(
                replayed, replayed.Version + 1, Timestamp.FromDateTimeOffset(line.At), line.Author, line.Events, line.Summary, line.Details);
            if (Difference(replayed, line.After) is { } wrong) return $"version {replayed.Version}: {wrong}";
            // As stored and read again: what follows is replayed on it.
            replayed = replayed with
            {
                Sla = SlaState.Of(SlaSnapshot.Parser.ParseFrom(replayed.Sla.ToSnapshot().ToByteArray())),
                Promise = Promise.Of(replayed.Promise is null ? null : PromiseRecord.Parser.ParseFrom(replayed.Promise.ToRecord().ToByteArray())),
            };
        }

        return null;
    });

    [Fact]
    public void A_notice_is_told_once_and_not_before_its_instant() => Check(history =>
    {
        var told = new HashSet<(long, SlaNoticeKind)>();
        foreach (var line in history.Lines)
        {
            foreach (var e in line.Events)
            {
                if (e.Sla?.Notice is not { } notice) continue;
                if (!told.Add((notice.DeadlineId, notice.Kind))) return $"twice: {notice}";
                if (notice.EffectiveTime.ToDateTimeOffset() > line.At) return $"early, at {line.At}: {notice}";
            }
        }

        return null;
    });

    [Fact]
    public void Structure_tells_what_readers_of_it_rely_on() => Check(history =>
    {
        foreach (var line in history.Lines)
        {
            var s = line.Summary;
            if (s.WaitBeginTime is null == (s.Status == ConversationStatus.Open)) return $"wait_begin_time: {s}";
            if (s.Callback is null == (s.Mode == ConversationMode.Callback)) return $"callback: {s}";
            if (!s.Erased && line.After.Details.PhoneNumber.Length > 0 != (s.Mode == ConversationMode.Callback)) return $"number: {s}";
            if (s.LiveIdle is null == (s.Mode == ConversationMode.Live)) return $"live_idle: {s}";
            if (s.Assignee.Length == 0 && (s.Reservation.Length > 0 || s.IgnoreCapacity)) return $"reservation: {s}";
            if (s.DeadlineTime is null != (s.DeadlineMetric == SlaMetric.Unspecified)) return $"deadline: {s}";
            if (s.Status is ConversationStatus.Resolved or ConversationStatus.Closed
                && (s.UnansweredTime is not null || s.DeadlineTime is not null || s.Mode is ConversationMode.Live or ConversationMode.Callback || line.After.Promise is not null))
                return $"done: {s}";
            if (line.Events.Any(e => e.Routed is not null) && IndexOf(line, e => e.Routed is not null) > IndexOf(line, e => e.AssigneeChanged is not null))
                return "The decision comes after what was decided.";
        }

        return null;
    });

    [Fact]
    public void A_place_in_the_queue_is_kept_while_the_shop_owes_an_answer() => Check(history =>
    {
        foreach (var line in history.Lines)
        {
            if (line.Before.Status != ConversationStatus.Open || line.After.Status != ConversationStatus.Open) continue;
            if (!line.Before.Summary.WaitBeginTime.Equals(line.After.Summary.WaitBeginTime)) return $"{line.Before.Summary} -> {line.Summary}";
        }

        return null;
    });

    [Fact]
    public void A_policy_never_lowers_a_priority_nor_moves_to_a_queue_that_takes_nothing() => Check(history =>
    {
        foreach (var line in history.Lines)
        {
            var isAction = line.Author.Type == AuthorType.System && line.Events.Any(e => e.DataChanged is not null);
            if (isAction && line.Summary.Priority <= line.Before.Summary.Priority) return $"{line.Before.Summary.Priority} -> {line.Summary.Priority}";
            if (line.Events.Any(e => e.QueueChanged?.To == "queues/gone")) return "Moved to a queue that does not exist.";
            // Of the old team nobody has it any more, and the new one finds nobody's it.
            var moved = line.Events.Any(e => e.QueueChanged is { Reason: QueueChangeReason.SlaAction });
            if (moved && line.Summary.Assignee.Length > 0) return $"Still theirs: {line.Summary}";
        }

        return null;
    });

    [Fact]
    public void A_promise_is_revised_once_before_its_time_has_passed_and_ends_once() => Check(history =>
    {
        Promise? promise = null;
        foreach (var line in history.Lines)
        {
            foreach (var e in line.Events)
            {
                if (e.Expectation is not { } happened) continue;
                switch (happened.EventCase)
                {
                    case ExpectationEvent.EventOneofCase.Promised when promise is not null: return "Promised anew while a promise holds.";
                    case ExpectationEvent.EventOneofCase.Revised when promise is null or { Revision: not null }: return "Revised without promise, or twice.";
                    case ExpectationEvent.EventOneofCase.Revised when line.At >= promise.Latest.ToDateTimeOffset(): return "Revised too late.";
                    case ExpectationEvent.EventOneofCase.Ended when promise is null: return "Ended without promise.";
                }

                if (happened.TellCustomer && happened.EventCase != ExpectationEvent.EventOneofCase.Revised) return "To be told, but not revised.";
                if (happened.EventCase != ExpectationEvent.EventOneofCase.Ended && happened.Told.Sentence.Length == 0) return "Nothing to say.";
                promise = PromiseCore.Apply(promise, happened);
            }

            if (!Equals(promise, line.After.Promise)) return "Another promise than was told.";
        }

        return null;
    });

    [Fact]
    public void Random_conversations_come_to_everything_there_is()
    {
        var events = new HashSet<ConversationEvent.EventOneofCase>();
        var reasons = new HashSet<AssigneeChangeReason>();
        var modes = new HashSet<ModeChangeReason>();
        var told = new HashSet<ExpectationEvent.EventOneofCase>();
        for (var seed = 0; seed < 2_000; seed++)
        {
            foreach (var e in new TurnHistory(new Random(seed)).Live().Lines.SelectMany(l => l.Events))
            {
                events.Add(e.EventCase);
                if (e.AssigneeChanged is { } assigned) reasons.Add(assigned.Reason);
                if (e.ModeChanged is { } mode) modes.Add(mode.Reason);
                if (e.Expectation is { } expectation) told.Add(expectation.EventCase);
            }
        }

        Assert.Equal(System.Enum.GetValues<ConversationEvent.EventOneofCase>().Length - 1, events.Count);
        Assert.Equal(System.Enum.GetValues<ModeChangeReason>().Length - 1, modes.Count);
        Assert.Equal(System.Enum.GetValues<ExpectationEvent.EventOneofCase>().Length - 1, told.Count);
        Assert.Superset(
            new HashSet<AssigneeChangeReason>
            {
                AssigneeChangeReason.ByHand, AssigneeChangeReason.Routed, AssigneeChangeReason.Released, AssigneeChangeReason.NoRoom,
                AssigneeChangeReason.AgentAbsent, AssigneeChangeReason.Moved, AssigneeChangeReason.ModeChanged,
            },
            reasons);
    }

    private void Check(Func<TurnHistory, string?> fault) =>
        Cases.Check(output, random => new TurnHistory(random).Live(), _ => [], fault);

    private static int IndexOf(TurnHistory.Line line, Predicate<ConversationEvent> match) => line.Events.ToList().FindIndex(match);

    private static string? Difference(ConversationState a, ConversationState b) =>
        !a.Summary.Equals(b.Summary) ? $"summary {a.Summary} not {b.Summary}"
        : !a.Details.Equals(b.Details) ? "details"
        : !a.Participants.SequenceEqual(b.Participants) ? "participants"
        : !a.Sla.Equals(b.Sla) ? $"promises {a.Sla.ToSnapshot()} not {b.Sla.ToSnapshot()}"
        : !Equals(a.Promise, b.Promise) ? $"{a.Promise} not {b.Promise}"
        : a.Version != b.Version ? "version"
        : null;
}
