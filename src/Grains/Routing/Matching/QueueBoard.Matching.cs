using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Matching;

public sealed partial class QueueBoard
{
    private const int Nobody = -1;

    /// <summary>The first in order for whom somebody is there; it is held for that agent from now on.</summary>
    /// <param name="reservation">An id never used before.</param>
    /// <param name="until">When the hold ends by itself: a little later than the reservation will.</param>
    /// <returns>Null: nobody is there for anyone. Look again after any change, and at <see cref="NextChange"/>.</returns>
    public Match? Next(Instant now, string reservation, Instant until)
    {
        Advance(now);
        while (_lanes.First is { } lane)
        {
            var slot = Choose(lane);
            if (slot == Nobody)
            {
                _lanes.Close(lane);
                continue;
            }

            var entry = lane.Entries.First!;
            var agent = _roster.At(slot);
            var rule = lane.Only is null ? _rules.Choice : RoutingRule.Preferred;
            var decision = Explains ? Explain(entry, lane.Profile, agent, rule, reservation, entry.Units) : null;
            Begin(new Hold(reservation, entry.Id, agent, entry.Units, _now), until.ToUnixTimeTicks());
            return new Match(entry.Conversation, agent.Id, reservation, entry.Units, rule, decision);
        }

        return null;
    }

    /// <summary>As many as can be matched.</summary>
    /// <param name="newReservation">Makes ids never used before.</param>
    public IReadOnlyList<Match> MatchAll(Instant now, int max, Func<string> newReservation, Instant until)
    {
        ArgumentNullException.ThrowIfNull(newReservation);
        var matches = new List<Match>();
        while (matches.Count < max && Next(now, newReservation(), until) is { } match) matches.Add(match);
        return matches;
    }

    /// <returns>The slot of who is to get the lane's first; or <see cref="Nobody"/>.</returns>
    private int Choose(Lane lane)
    {
        if (lane.Only is { } agent) return _roster.Room[agent.Slot] >= lane.Units ? agent.Slot : Nobody;
        lane.Profile.Freshen(_roster);
        return lane.Refusals is { } refusals ? ChooseBeyond(refusals, lane) : Best(lane.Profile.Slots, lane.Units);
    }

    private int Best(ReadOnlySpan<int> slots, int units)
    {
        var room = _roster.Room;
        var score = _roster.Score;
        var (best, bestScore) = (Nobody, long.MinValue);
        foreach (var slot in slots)
        {
            if (room[slot] < units || score[slot] <= bestScore) continue;
            (best, bestScore) = (slot, score[slot]);
        }

        return best;
    }

    /// <summary>Somebody who has not declined; if none of those is there at all, somebody who may be asked again.</summary>
    private int ChooseBeyond(Refusals refusals, Lane lane)
    {
        var others = new List<int>();
        var declined = new List<int>();
        foreach (var slot in lane.Profile.Slots)
        {
            var agent = _roster.At(slot);
            if (!agent.IsOnline) continue;
            if (!refusals.Has(agent.Id)) others.Add(slot);
            else if (refusals.MayAskAgain(agent.Id, _now)) declined.Add(slot);
        }

        return Best(others.Count > 0 ? others.ToArray() : declined.ToArray(), lane.Units);
    }
}
