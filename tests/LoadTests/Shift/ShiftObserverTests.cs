using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Shift.Observing;
using Engine.V1;
using static Engine.LoadTests.Tests.Shift.ShiftHistory;

namespace Engine.LoadTests.Tests.Shift;

/// <summary>A check that cannot fail checks nothing: the observer is shown stories with each kind of fault, and without.</summary>
public sealed class ShiftObserverTests
{
    [Fact]
    public void A_day_without_fault_has_no_harm_and_is_measured()
    {
        var history = new ShiftHistory()
            .Agent(Ada, 0)
            .Customer(C1, 1, text: MessageText.Of(1)).Routed(C1, 2, Ada).Answer(C1, 5, MessageText.Of(2))
            .Customer(C1, 10, ConversationStatus.Pending, MessageText.Of(3)).Answer(C1, 12, MessageText.Of(4))
            .Change(C1, 13, ConversationStatus.Pending, ConversationStatus.Resolved)
            .Repeated();
        history.Sent.AddRange([new(1, C1, true), new(2, C1, true), new(3, C1, true), new(4, C1, true), new(5, null, false)]);
        history.Told.AddRange(
        [
            new ToldExpectation(C1, 1, At(4), At(20)), new ToldExpectation(C1, 4, At(15), At(20)),
            // A second message while the customer waits: the first promise counts.
            new ToldExpectation(C1, 4, At(1), At(2)),
        ]);
        var verdict = history.Judge(61);
        Assert.Equal(0, verdict.Harms);
        Assert.Empty(verdict.Examples);
        Assert.Equal((1, 4, 1), (verdict.Conversations, verdict.Messages, verdict.Assigned));
        Assert.Equal(60, verdict.WaitForAssignment.P50S!.Value, 3);
        Assert.Equal((2L, 240.0), (verdict.WaitForAnswer.Count, Math.Round(verdict.WaitForAnswer.MaxS!.Value, 3)));
        Assert.Equal((2L, 0.5, 1.0), (verdict.Expectations.Answers, verdict.Expectations.BeforeLikely, verdict.Expectations.BeforeLatest));
        // 10 units from 2 to 5 and from 10 to 12, 2 from 5 to 10 and from 12 to 13, of 20 in 61 minutes.
        Assert.Equal(62.0 / (61 * 20), verdict.Staff.Utilisation!.Value, 6);
        Assert.Equal(1.0, verdict.Staff.Fairness);
        Assert.Equal(1, verdict.WaitingMax);
    }

    [Fact]
    public void An_assignment_beyond_capacity_is_found_at_once()
    {
        var history = Busy().Customer(C3, 3).Routed(C3, 4, Ada).Answer(C3, 4.01).Change(C3, 4.02, ConversationStatus.Pending, ConversationStatus.Resolved);
        Assert.Equal(1, history.Judge(60).OverCapacity);
    }

    [Fact]
    public void A_customer_who_writes_again_is_tolerated_until_the_return_can_have_come()
    {
        // Two open conversations fill the agent; the third is pending and asks for more.
        var history = new ShiftHistory().Agent(Ada, 0, capacity: 22)
            .Customer(C1, 1).Routed(C1, 1, Ada).Customer(C2, 1).Routed(C2, 1, Ada).Answer(C2, 2)
            .Customer(C3, 3).Routed(C3, 3, Ada)
            .Customer(C2, 4, ConversationStatus.Pending);
        var returned = history.Released(C2, 4 + 1.0 / 60, Ada, AssigneeChangeReason.NoRoom).Judge(5);
        Assert.Equal((0, 1), (returned.OverCapacity, returned.ReturnedNoRoom));

        var kept = new ShiftHistory().Agent(Ada, 0, capacity: 22)
            .Customer(C1, 1).Routed(C1, 1, Ada).Customer(C2, 1).Routed(C2, 1, Ada).Answer(C2, 2)
            .Customer(C3, 3).Routed(C3, 3, Ada)
            .Customer(C2, 4, ConversationStatus.Pending);
        Assert.Equal(1, kept.Judge(5).OverCapacity);
    }

    [Fact]
    public void An_agent_who_is_full_and_writes_into_what_was_set_aside_is_told_apart()
    {
        var history = new ShiftHistory().Agent(Ada, 0).Customer(C1, 1).Routed(C1, 1, Ada)
            .Change(C1, 2, ConversationStatus.Open, ConversationStatus.Snoozed)
            .Customer(C2, 3).Routed(C2, 3, Ada).Customer(C3, 3).Routed(C3, 3, Ada)
            .Answer(C1, 4);
        var verdict = history.Judge(10);
        Assert.Equal((0, 1), (verdict.OverCapacity, verdict.OverByOwnHand));
    }

    [Fact]
    public void Work_that_waits_at_the_end_is_stranded()
    {
        Assert.Equal(1, new ShiftHistory().Customer(C1, 1).Judge(2).Stranded);
        Assert.Equal(0, new ShiftHistory().Customer(C1, 1).Change(C1, 2, ConversationStatus.Open, ConversationStatus.Resolved).Judge(3).Stranded);
    }

    [Fact]
    public void Work_that_waits_beside_somebody_with_room_is_stranded()
    {
        ShiftHistory Waiting(double until) => new ShiftHistory().Wish(C1, "en").Customer(C1, 1).Routed(C1, until, Bob).Answer(C1, until + 1);
        Assert.Equal(1, Waiting(15).Agent(Ada, 0).Judge(60).Stranded);
        // Not long enough, not there, declined, no room, another language.
        Assert.Equal(0, Waiting(8).Agent(Ada, 0).Judge(60).Stranded);
        Assert.Equal(0, Waiting(15).Agent(Ada, 0, Presence.Away).Judge(60).Stranded);
        Assert.Equal(0, Waiting(15).Agent(Ada, 0).Declined(C1, Ada).Judge(60).Stranded);
        Assert.Equal(0, Waiting(15).Agent(Ada, 0, capacity: 5).Judge(60).Stranded);
        Assert.Equal(0, Waiting(15).Agent(Ada, 0, language: "pt").Judge(60).Stranded);
        // The skill is asked for until 21.
        Assert.Equal(0, Waiting(25).Agent(Ada, 0, skill: "other").Judge(60).Stranded);
        Assert.Equal(1, Waiting(35).Agent(Ada, 0, skill: "other").Judge(60).Stranded);
    }

    [Fact]
    public void Who_may_save_room_up_for_something_larger_is_not_idle()
    {
        // Ada has ten units left: enough for a letter, not for the chat that waits until a minute.
        ShiftHistory Saving(double until) => new ShiftHistory().Wish(C1, "en").Wish(C2, "en").Agent(Ada, 0)
            .Customer(C3, 0.5).Routed(C3, 0.6, Ada)
            .Customer(C2, 1).Live(C2, 1)
            .Customer(C1, 1.1).Routed(C2, until, Bob).Routed(C1, 15, Bob);
        Assert.Equal(0, Saving(14).Judge(60).Stranded);
        Assert.Equal(1, Saving(3).Judge(60).Stranded);
    }

    [Fact]
    public void A_conversation_of_two_is_found_and_so_is_an_assignment_without_reason()
    {
        var taken = new ShiftHistory().Agent(Ada, 0).Agent(Bob, 0).Customer(C1, 1).Routed(C1, 2, Ada).Routed(C1, 3, Bob, from: Ada).Answer(C1, 4);
        Assert.Equal(1, taken.Judge(60).DoubleOwner);
        var unknown = new ShiftHistory().Agent(Ada, 0).Agent(Bob, 0).Customer(C1, 1).Routed(C1, 2, Ada).Routed(C1, 3, Bob).Answer(C1, 4);
        Assert.Equal(1, unknown.Judge(60).DoubleOwner);
        var silent = new ShiftHistory().Agent(Ada, 0).Customer(C1, 1).Routed(C1, 2, Ada, explained: false).Answer(C1, 4);
        Assert.Equal((0, 1), (silent.Judge(60).DoubleOwner, silent.Judge(60).Unexplained));
    }

    [Fact]
    public void Lost_doubled_and_misplaced_messages_are_found()
    {
        ShiftHistory Written() => new ShiftHistory().Agent(Ada, 0).Customer(C1, 1, text: MessageText.Of(1)).Routed(C1, 1, Ada)
            .Answer(C1, 2, MessageText.Of(2)).Change(C1, 3, ConversationStatus.Pending, ConversationStatus.Resolved);
        var lost = Written();
        lost.Sent.AddRange([new(1, C1, true), new(2, C1, true), new(3, C1, true)]);
        Assert.Equal((1, 0), (lost.Judge(60).Lost, lost.Judge(60).Doubled));
        var misplaced = Written();
        misplaced.Sent.AddRange([new(1, C1, true), new(2, C2, true)]);
        Assert.Equal(1, misplaced.Judge(60).Lost);
        var never = Written();
        never.Sent.Add(new(1, C1, true));
        Assert.Equal(1, never.Judge(60).Doubled);
        var twice = new ShiftHistory().Agent(Ada, 0).Customer(C1, 1, text: MessageText.Of(1)).Routed(C1, 1, Ada)
            .Answer(C1, 2, MessageText.Of(1)).Change(C1, 3, ConversationStatus.Pending, ConversationStatus.Resolved);
        twice.Sent.Add(new(1, C1, false));
        Assert.Equal(1, twice.Judge(60).Doubled);
        var unread = Written();
        unread.Sent.AddRange([new(1, C1, true), new(2, C1, true)]);
        unread.ReadBack = [(C1, MessageText.Of(1))];
        Assert.Equal(1, unread.Judge(60).Lost);
    }

    [Fact]
    public void A_stream_that_skips_is_found()
    {
        var history = new ShiftHistory().Agent(Ada, 0).Customer(C1, 1).Skip(C1).Routed(C1, 2, Ada).Answer(C1, 3);
        Assert.Equal(1, history.Judge(60).MissingEvents);
    }

    [Fact]
    public void Returns_of_absent_agents_and_utilisation_by_presence_are_counted()
    {
        var history = new ShiftHistory().Agent(Ada, 0).Customer(C1, 0).Routed(C1, 0, Ada)
            .Agent(Ada, 30, Presence.Away).Released(C1, 32, Ada, AssigneeChangeReason.AgentAbsent)
            .Change(C1, 33, ConversationStatus.Open, ConversationStatus.Resolved);
        var verdict = history.Judge(60);
        Assert.Equal((0, 1), (verdict.Harms, verdict.ReturnedAgentAbsent));
        Assert.Equal((0.5, 0.5), (verdict.Staff.Utilisation, verdict.Staff.OnlineHours));
    }

    private static ShiftHistory Busy() => new ShiftHistory().Agent(Ada, 0)
        .Customer(C1, 1).Routed(C1, 2, Ada).Customer(C2, 1).Routed(C2, 2, Ada);
}
