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
        while (true)
        {
            Save();
            if (_lanes.First is not { } lane) return null;
            var slot = Choose(lane, out var isHeldBack);
            if (slot == Nobody)
            {
                _lanes.Close(lane, isHeldBack);
                continue;
            }

            var entry = lane.Entries.First!;
            var agent = _roster.At(slot);
            var rule = lane.Only is null ? _rules.Choice : RoutingRule.Preferred;
            var decision = Explains ? Explain(entry, lane.Profile, agent, rule, reservation, entry.Units) : null;
            Begin(new Hold(reservation, entry.Id, agent, entry.Units, _now), until.ToUnixTimeTicks());
            return new Match(entry.Conversation, agent.Id, reservation, entry.Units, rule, decision);
        }
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

    /// <summary>Whoever may be held otherwise than before is; what that was in the way of is looked at again.</summary>
    private void Save()
    {
        if (_saved.Refresh(_lanes)) _lanes.OpenHeldBack();
    }

    /// <returns>The slot of who is to get the lane's first; or <see cref="Nobody"/>.</returns>
    /// <param name="isHeldBack">Nobody, though somebody has room who is held for what comes earlier.</param>
    private int Choose(Lane lane, out bool isHeldBack)
    {
        isHeldBack = false;
        if (lane.Only is { } agent)
        {
            if (_roster.Room[agent.Slot] < lane.Units) return Nobody;
            isHeldBack = _saved.HeldBefore(lane.Entries.First, agent.Slot) is not null;
            return isHeldBack ? Nobody : agent.Slot;
        }

        lane.Profile.Freshen(_roster);
        return Best(lane.Refusals is null ? lane.Profile.Slots : Asked(lane), lane, out isHeldBack);
    }

    private int Best(ReadOnlySpan<int> slots, Lane lane, out bool isHeldBack)
    {
        isHeldBack = false;
        var room = _roster.Room;
        var score = _roster.Score;
        var units = lane.Units;
        var holds = _saved.Count > 0;
        var (best, bestScore) = (Nobody, long.MinValue);
        foreach (var slot in slots)
        {
            if (room[slot] < units || score[slot] <= bestScore) continue;
            if (holds && _saved.HeldBefore(lane.Entries.First, slot) is not null)
            {
                isHeldBack = true;
                continue;
            }

            (best, bestScore) = (slot, score[slot]);
        }

        return best;
    }

    /// <summary>Those among whom room decides, by id.</summary>
    private int[] Asked(Lane lane) =>
        lane.Only is { } agent ? [agent.Slot]
        : lane.Refusals is { } refusals ? Beyond(refusals, lane)
        : lane.Profile.Slots;

    /// <summary>Somebody who has not declined; if none of those is there at all, somebody who may be asked again.</summary>
    private int[] Beyond(Refusals refusals, Lane lane)
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

        return others.Count > 0 ? [.. others] : [.. declined];
    }
}
