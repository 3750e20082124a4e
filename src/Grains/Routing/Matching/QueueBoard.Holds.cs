using NodaTime;

namespace Engine.Grains.Routing.Matching;

public sealed partial class QueueBoard
{
    private readonly Dictionary<string, Hold> _holds = new(StringComparer.Ordinal);

    /// <summary>How many holds there are for a conversation.</summary>
    private readonly Dictionary<string, int> _underWay = new(StringComparer.Ordinal);

    /// <summary>
    /// Units on their way to an agent, for a conversation that is given to nobody else meanwhile. They count on top of what the
    /// agent tells, until the agent has told of the reservation.
    /// </summary>
    /// <param name="reservation">Its id. One that is held already is held anew.</param>
    /// <param name="until">When the hold ends by itself: a little later than the reservation does.</param>
    public void Hold(string reservation, string conversation, string agent, int units, Instant until, Instant now)
    {
        Advance(now);
        if (_holds.TryGetValue(reservation, out var known)) End(known);
        Begin(new Hold(reservation, conversation, _roster.Get(agent), units, _now), until.ToUnixTimeTicks());
    }

    /// <summary>A hold is over, whatever came of it. Its conversation waits again at its place, unless it was removed.</summary>
    /// <returns>False: it was over already.</returns>
    public bool Drop(string reservation, Instant now)
    {
        Advance(now);
        if (!_holds.TryGetValue(reservation, out var hold)) return false;
        End(hold);
        return true;
    }

    /// <summary>An agent declined a conversation, or let it pass.</summary>
    /// <param name="again">Not asked before, whoever else there is.</param>
    /// <param name="until">Until then asked only if nobody else who is there fits.</param>
    public void Decline(string conversation, string agent, Instant again, Instant until, Instant now)
    {
        Advance(now);
        var end = until.ToUnixTimeTicks();
        if (end <= _now) return;
        if (!_refusals.TryGetValue(conversation, out var refusals)) _refusals[conversation] = refusals = new Refusals(conversation);
        refusals.Add(agent, again.ToUnixTimeTicks(), end);
        Forget(refusals);
    }

    private void Begin(Hold hold, long until)
    {
        _holds.Add(hold.Reservation, hold);
        _timers.Set(hold, until);
        hold.IsTold = hold.Agent.Told?.Reservations.Any(reserved => reserved.Reservation == hold.Reservation) == true;
        hold.Agent.Holds.Add(hold);
        var holds = _underWay.GetValueOrDefault(hold.Conversation);
        _underWay[hold.Conversation] = holds + 1;
        if (holds == 0 && _waiting.TryGetValue(hold.Conversation, out var entry))
        {
            UnderWayCount++;
            Place(entry);
        }

        Refresh(hold.Agent);
    }

    private void End(Hold hold)
    {
        _holds.Remove(hold.Reservation);
        _timers.Set(hold, BoardTime.Never);
        hold.Agent.Holds.Remove(hold);
        var holds = _underWay[hold.Conversation] - 1;
        if (holds > 0) _underWay[hold.Conversation] = holds;
        else _underWay.Remove(hold.Conversation);
        if (holds == 0 && _waiting.TryGetValue(hold.Conversation, out var entry))
        {
            UnderWayCount--;
            Place(entry);
        }

        Refresh(hold.Agent);
    }

    /// <summary>Something of what was declined is over, or new.</summary>
    private void Forget(Refusals refusals)
    {
        refusals.Forget(_now);
        if (refusals.IsEmpty) _refusals.Remove(refusals.Conversation);
        _timers.Set(refusals, refusals.Next(_now));
        if (_waiting.TryGetValue(refusals.Conversation, out var entry)) Place(entry);
    }
}
