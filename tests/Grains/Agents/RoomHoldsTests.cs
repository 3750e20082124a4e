using Engine.Grains.Agents;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Agents;

/// <summary>Room that an agent saves up for one queue, and what the others ask for meanwhile.</summary>
public sealed class RoomHoldsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("mail", 10, Priority.Normal, true)]
    [InlineData("mail", 10, Priority.Unspecified, true)]
    [InlineData("mail", 10, Priority.Low, true)]
    [InlineData("mail", 10, Priority.High, false)]
    [InlineData("mail", 30, Priority.Normal, false)]
    [InlineData("calls", 10, Priority.Normal, false)]
    public void Other_queues_get_no_room_for_what_is_smaller_and_no_more_pressing(string queue, int units, Priority priority, bool refused)
    {
        var holds = new RoomHolds();
        holds.Put(Hold("calls", 30, Now.AddSeconds(5)));
        Assert.Equal(refused, holds.Refuses(Command(queue, units, priority), Now));
    }

    [Fact]
    public void It_is_over_when_nobody_tells_of_it_again_and_what_was_told_last_counts()
    {
        var holds = new RoomHolds();
        holds.Put(Hold("calls", 30, Now.AddSeconds(5)));
        Assert.True(holds.Refuses(Command("mail", 10, Priority.Normal), Now.AddSeconds(4)));
        Assert.False(holds.Refuses(Command("mail", 10, Priority.Normal), Now.AddSeconds(5)));
        holds.Put(Hold("calls", 30, Now.AddSeconds(15)));
        holds.Put(Hold("calls", 5, Now.AddSeconds(15)));
        Assert.False(holds.Refuses(Command("mail", 10, Priority.Normal), Now.AddSeconds(10)));
    }

    [Fact]
    public void What_people_do_by_hand_is_not_refused_for_it()
    {
        var holds = new RoomHolds();
        holds.Put(Hold("calls", 30, Now.AddSeconds(5)));
        var byHand = Command("mail", 10, Priority.Normal);
        byHand.Reservation.ByHand = "request";
        Assert.False(holds.Refuses(byHand, Now));
        Assert.False(holds.Refuses(new ReserveCommand(Command("mail", 10, Priority.Normal)) { IgnoreCapacity = true }, Now));
    }

    private static HoldRoomCommand Hold(string queue, int units, DateTimeOffset until) =>
        new() { Queue = queue, Units = units, UntilTime = Timestamp.FromDateTimeOffset(until) };

    private static ReserveCommand Command(string queue, int units, Priority priority) =>
        new() { Reservation = new Reservation { Id = "r", Queue = queue, Units = units }, Priority = priority };
}
