using Engine.Grains.Sla;
using Engine.V1;
using Google.Protobuf.Collections;

namespace Engine.Grains.Routing.Matching;

/// <summary>
/// Says of everybody who was looked at what became of them: the nearest by name, the others counted. The counts are exact:
/// everybody who fits is looked at once, in the arrays that matching uses, and those who do not fit have been counted when the
/// profile was made. Only those named cost more.
/// </summary>
internal readonly ref struct Losers(Roster roster, SavedRoom saved)
{
    private const int NamedMax = 20;
    private const int Verdicts = (int)RoutingVerdict.HeldForLargerWork + 1;

    public void Tell(LosersQuestion question, RepeatedField<RoutingCandidate> candidates, RepeatedField<RoutingCandidateCount> others)
    {
        question.Profile.Freshen(roster);
        var named = NamedMax;
        if (question.Chosen is { } chosen)
        {
            candidates.Add(Candidate(chosen, RoutingVerdict.Chosen, ""));
            named--;
        }

        Span<Loser> nearest = stackalloc Loser[NamedMax];
        Span<int> counts = stackalloc int[Verdicts];
        counts.Clear();
        var found = Look(question, nearest[..named], counts);
        foreach (var loser in nearest[..found])
        {
            candidates.Add(Candidate(roster.At(loser.Slot), loser.Verdict, ""));
            counts[(int)loser.Verdict]--;
        }

        Misfits(question, candidates, counts);
        for (var verdict = 0; verdict < Verdicts; verdict++)
        {
            if (counts[verdict] > 0) others.Add(new RoutingCandidateCount { Verdict = (RoutingVerdict)verdict, Count = counts[verdict] });
        }
    }

    public RoutingCandidate Candidate(BoardAgent agent, RoutingVerdict verdict, string detail)
    {
        var candidate = new RoutingCandidate
        {
            Agent = agent.Name, Verdict = verdict, LoadUnits = agent.LoadUnits, CapacityUnits = agent.CapacityUnits, Detail = detail,
        };
        if (roster.Choice == RoutingRule.RoundRobin && agent.LastAssign != long.MinValue)
            candidate.LastAssignTime = BoardTime.ToInstant(agent.LastAssign).ToTimestamp();
        return candidate;
    }

    /// <summary>Those who do not fit: named if there is place left.</summary>
    private void Misfits(LosersQuestion question, RepeatedField<RoutingCandidate> candidates, Span<int> counts)
    {
        foreach (var (verdict, count) in question.Profile.MisfitCounts) counts[(int)verdict] += count;
        // Chosen by hand, perhaps.
        if (question.Chosen is { } chosen && question.Profile.Judge(chosen, out _) is var judged
            && judged is not (RoutingVerdict.Chosen or RoutingVerdict.Unspecified)) counts[(int)judged]--;
        if (candidates.Count >= NamedMax || question.Profile.MisfitCounts.Count == 0) return;
        foreach (var misfit in question.Profile.Misfits(roster, NamedMax))
        {
            if (candidates.Count >= NamedMax) break;
            if (misfit.Agent == question.Chosen) continue;
            candidates.Add(Candidate(misfit.Agent, misfit.Verdict, misfit.Detail));
            counts[(int)misfit.Verdict]--;
        }
    }

    /// <summary>Counts those who fit, and finds the nearest of them.</summary>
    /// <returns>How many were found.</returns>
    private int Look(LosersQuestion question, Span<Loser> nearest, Span<int> counts)
    {
        var room = roster.Room;
        var score = roster.Score;
        var chosen = question.Chosen?.Slot ?? -1;
        var chosenScore = chosen >= 0 ? score[chosen] : 0;
        var found = 0;
        var holds = saved.Count > 0;
        foreach (var slot in question.Profile.Slots)
        {
            if (slot == chosen) continue;
            Loser loser;
            if (question.Refusals is { } refusals && room[slot] != Roster.Absent && refusals.Has(roster.At(slot).Id))
                loser = new Loser(slot, RoutingVerdict.Declined, 3, score[slot]);
            else if (room[slot] >= question.Units && holds && saved.HeldBefore(question.Entry, slot) is not null)
                loser = new Loser(slot, RoutingVerdict.HeldForLargerWork, 1, room[slot]);
            else if (room[slot] >= question.Units)
                loser = new Loser(slot, WithRoom(question, score[slot] == chosenScore), 0, score[slot]);
            else if (room[slot] == Roster.Absent)
                loser = new Loser(slot, RoutingVerdict.Absent, 4, 0);
            else
                loser = new Loser(slot, RoutingVerdict.NoRoom, 2, room[slot]);
            counts[(int)loser.Verdict]++;
            if (found == nearest.Length && !loser.IsNearerThan(nearest[^1])) continue;
            if (found < nearest.Length) found++;
            var place = found - 1;
            for (; place > 0 && loser.IsNearerThan(nearest[place - 1]); place--) nearest[place] = nearest[place - 1];
            nearest[place] = loser;
        }

        return found;
    }

    private static RoutingVerdict WithRoom(LosersQuestion question, bool same) =>
        question.Prefers ? RoutingVerdict.NotPreferred
        // Somebody who was not reached yet: the queue is at it.
        : question.Chosen is null ? RoutingVerdict.Unspecified
        : same && question.Rule is not (RoutingRule.ByHand or RoutingRule.Unspecified) ? RoutingVerdict.Tie
        : RoutingVerdict.Outranked;

    /// <param name="Distance">Had room, had it saved for others, had none, declined, absent.</param>
    private readonly record struct Loser(int Slot, RoutingVerdict Verdict, int Distance, long Score)
    {
        /// <summary>Equal ones come by id: as they are looked at.</summary>
        public bool IsNearerThan(Loser other) => Distance != other.Distance ? Distance < other.Distance : Score > other.Score;
    }
}
