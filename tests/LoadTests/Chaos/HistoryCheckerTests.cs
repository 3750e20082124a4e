using Engine.LoadTests.Chaos.History;
using Engine.V1;

namespace Engine.LoadTests.Tests.Chaos;

/// <summary>Histories that are broken in one way each, and that the checker must not take for whole.</summary>
public sealed class HistoryCheckerTests
{
    [Fact]
    public void Whole_history_with_concurrent_calls_reads_and_an_unknown_outcome_has_no_findings()
    {
        var findings = new History()
            .Logged(1, 3, 0, 2, 4)
            .Message(1, 0, 10, 1)
            // 2 and 3 overlap: either may come first.
            .Message(2, 11, 30, 4)
            .Message(3, 12, 20, 2)
            .Message(4, 25, 90, 0, OperationOutcome.Unknown)
            .Message(5, 31, 99, 0, OperationOutcome.Unknown)
            .Message(6, 31, 32, 0, OperationOutcome.Refused)
            .Get(7, 13, 22, 1, 1)
            .Get(8, 31, 33, 4, 3)
            .Get(9, 34, 35, 5, 4)
            .List(10, 34, 36, new ReadMessage(4, 2), new ReadMessage(2, 3))
            .List(11, 36, 37, new ReadMessage(5, 4), new ReadMessage(4, 2), new ReadMessage(2, 3))
            .Check();
        AssertOnly(findings);
    }

    [Fact]
    public void Acknowledged_and_gone_is_lost() =>
        AssertOnly(new History().Logged(1).Message(1, 0, 1, 1).Message(2, 2, 3, 2).Check(), lost: 1);

    [Fact]
    public void Whole_conversation_gone_is_lost() =>
        AssertOnly(HistoryChecker.Check([Acknowledged(1, 1), Acknowledged(2, 2)], []), lost: 2);

    [Fact]
    public void Twice_in_one_conversation_is_duplicated() =>
        AssertOnly(new History().Logged(1, 1).Message(1, 0, 1, 1).Check(), duplicated: 1);

    [Fact]
    public void Twice_in_two_conversations_is_duplicated() =>
        AssertOnly(
            new History().Logged(1).Message(1, 0, 1, 1)
                .Check(new ConversationLog("conversations/c2", [new LoggedCommit { Version = 1, Message = 1 }])),
            duplicated: 1);

    [Fact]
    public void Unknown_outcome_done_twice_is_duplicated() =>
        AssertOnly(new History().Logged(1, 1).Message(1, 0, 1, 0, OperationOutcome.Unknown).Check(), duplicated: 1);

    [Fact]
    public void Begun_after_the_other_was_acknowledged_but_before_it_in_the_log_is_reordered() =>
        AssertOnly(new History().Logged(2, 1).Message(1, 0, 1, 2).Message(2, 2, 3, 1).Check(), reordered: 1);

    [Fact]
    public void Acknowledged_in_another_place_than_it_has_is_reordered() =>
        AssertOnly(new History().Logged(0, 1).Message(1, 0, 1, 1).Check(), reordered: 1);

    [Fact]
    public void Unknown_outcome_that_took_effect_before_it_was_asked_for_is_reordered() =>
        AssertOnly(
            new History().Logged(2, 1).Message(1, 0, 1, 2).Message(2, 2, 3, 0, OperationOutcome.Unknown).Check(), reordered: 1);

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    public void Gap_or_repetition_in_the_numbers_is_reordered(long first, long second) =>
        Assert.NotEqual(0, new History()
            .Logged(new LoggedCommit { Version = first, Message = 1 })
            .Logged(new LoggedCommit { Version = second, Message = 2 })
            .Message(1, 0, 9, first).Message(2, 0, 9, second).Check().Reordered);

    [Fact]
    public void Read_that_misses_what_was_acknowledged_before_it_began_is_stale() =>
        AssertOnly(new History().Logged(1, 2).Message(1, 0, 1, 1).Message(2, 2, 3, 2).Get(3, 4, 5, 1, 1).Check(), stale: 1);

    [Fact]
    public void List_that_misses_what_was_acknowledged_before_it_began_is_stale() =>
        AssertOnly(
            new History().Logged(1, 2).Message(1, 0, 1, 1).Message(2, 2, 3, 2).List(3, 4, 5, new ReadMessage(1, 1)).Check(), stale: 1);

    [Fact]
    public void Read_that_goes_back_behind_an_earlier_read_is_stale() =>
        AssertOnly(
            new History().Logged(1, 2).Message(1, 0, 1, 1).Message(2, 2, 9, 2).Get(3, 3, 4, 2, 2).Get(4, 5, 6, 1, 1).Check(), stale: 1);

    [Fact]
    public void List_that_goes_back_behind_an_earlier_read_is_stale() =>
        AssertOnly(
            new History().Logged(1, 2).Message(1, 0, 1, 1).Message(2, 2, 9, 2).Get(3, 3, 4, 2, 2)
                .List(4, 5, 6, new ReadMessage(1, 1)).Check(),
            stale: 1);

    [Fact]
    public void List_that_leaves_out_a_message_in_between_is_stale() =>
        AssertOnly(
            new History().Logged(1, 2, 3).Message(1, 0, 1, 1).Message(2, 2, 3, 2).Message(3, 4, 5, 3)
                .List(4, 6, 7, new ReadMessage(3, 3), new ReadMessage(1, 1)).Check(),
            stale: 1);

    [Fact]
    public void Count_that_does_not_belong_to_the_version_is_stale() =>
        AssertOnly(new History().Logged(1, 2).Message(1, 0, 1, 1).Message(2, 2, 3, 2).Get(3, 4, 5, 2, 1).Check(), stale: 1);

    [Fact]
    public void Read_once_and_gone_is_lost()
    {
        AssertOnly(
            new History().Logged(1).Message(1, 0, 1, 1).List(2, 2, 3, new ReadMessage(2, 7), new ReadMessage(1, 1)).Check(), lost: 1);
        AssertOnly(new History().Logged(1).Message(1, 0, 1, 1).Get(2, 2, 3, 2, 2).Check(), lost: 1);
    }

    [Fact]
    public void Refused_and_done_or_never_sent_is_invented()
    {
        AssertOnly(new History().Logged(1).Message(1, 0, 1, 0, OperationOutcome.Refused).Check(), invented: 1);
        AssertOnly(new History().Logged(1, 9).Message(1, 0, 1, 1).Check(), invented: 1);
    }

    [Fact]
    public void Acknowledged_snooze_must_stand_where_it_was_acknowledged_and_once()
    {
        var until = DateTimeOffset.UnixEpoch.AddHours(1);
        var snoozed = new LoggedStatus(ConversationStatus.Open, ConversationStatus.Snoozed, DateTimeOffset.UnixEpoch, until);
        var operation = new Operation
        {
            Number = 2,
            Kind = OperationKind.Snooze,
            Slot = 1,
            Start = 2,
            End = 3,
            Outcome = OperationOutcome.Acknowledged,
            Conversation = History.Name,
            Version = 2,
            Until = until,
        };
        AssertOnly(new History().Logged(1).Logged(new LoggedCommit { Version = 2, Statuses = [snoozed] })
            .Message(1, 0, 1, 1).Add(operation).Check());
        AssertOnly(new History().Logged(1).Logged(new LoggedCommit { Version = 2, Statuses = [snoozed with { UntilTime = until.AddTicks(1) }] })
            .Message(1, 0, 1, 1).Add(operation).Check(), lost: 1);
        AssertOnly(new History().Logged(1).Message(1, 0, 1, 1).Add(operation).Check(), lost: 1);
        AssertOnly(new History().Logged(1).Logged(new LoggedCommit { Version = 2, Statuses = [snoozed] })
            .Logged(new LoggedCommit { Version = 3, Statuses = [snoozed] })
            .Message(1, 0, 1, 1).Add(operation).Check(), duplicated: 1);
    }

    private static Operation Acknowledged(long number, long version) => new()
    {
        Number = number,
        Kind = OperationKind.CustomerMessage,
        Slot = 1,
        Start = number,
        End = number,
        Outcome = OperationOutcome.Acknowledged,
        Conversation = History.Name,
        Version = version,
    };

    private static void AssertOnly(
        HistoryFindings findings, long lost = 0, long duplicated = 0, long reordered = 0, long stale = 0, long invented = 0) =>
        Assert.Equal(
            (lost, duplicated, reordered, stale, invented),
            (findings.Lost, findings.Duplicated, findings.Reordered, findings.StaleReads, findings.Invented));
}
