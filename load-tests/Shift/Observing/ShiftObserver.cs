using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>
/// Looks at a shift from outside and says what was right and what was not.
/// </summary>
/// <remarks>
/// An engine that counts its own faults counts those that its authors thought of. So nothing here is asked from the engine but
/// what happened, commit by commit, as any program may watch it; what should have happened is worked out anew, slowly, from what
/// the administrator set and what customers and agents did. Every check is pure: tests show it stories with each kind of fault.
/// </remarks>
internal static class ShiftObserver
{
    /// <summary>How long a conversation may wait beside somebody with room, in engine time; <see cref="Evidence.Patience"/> may be more.</summary>
    private static readonly TimeSpan PatienceMin = TimeSpan.FromMinutes(10);

    public static Verdict Judge(Evidence evidence)
    {
        var stories = Stories(evidence);
        var agents = evidence.Events.Where(e => e.AgentEvents.Count > 0).GroupBy(e => e.Resource, StringComparer.Ordinal)
            .Select(g => AgentStory.Of(g.Key, g)).ToDictionary(a => a.Name, StringComparer.Ordinal);
        var holdings = stories.SelectMany(s => Holding.Of(s, evidence.Rules, evidence.End)).ToList();
        var waits = stories.SelectMany(s => Waiting.Of(s, evidence.End)).ToList();
        var (overCapacity, byOwnHand) = CapacityCheck.Check(holdings, agents, evidence.InFlight * evidence.Speed, evidence.Skew);
        var patience = evidence.Patience * evidence.Speed;
        var (atEnd, overlooked) = StrandedCheck.Check(
            waits, agents.Values, holdings, evidence.Rules, evidence.Wishes, evidence.Declined, patience > PatienceMin ? patience : PatienceMin, evidence.End);
        var (doubleOwner, unexplained) = OwnershipCheck.Check(stories);
        var deadlines = new DeadlineCheck(evidence.Rules, evidence.End);
        foreach (var story in stories) deadlines.See(story, patience);
        var (lost, doubled) = CheckMessages(evidence, stories);
        var missing = new Findings();
        foreach (var story in stories.Where(s => s.Missing > 0)) missing.Add($"{story.Name}: {story.Missing} versions were not told");

        return new Verdict
        {
            OverCapacity = overCapacity.Count,
            OverByOwnHand = byOwnHand,
            Stranded = atEnd.Count + overlooked.Count,
            EarlyDeadlines = deadlines.Early.Count + deadlines.WrongInstant.Count,
            MissedDeadlines = deadlines.Missed.Count + deadlines.Doubled.Count,
            DoubleOwner = doubleOwner.Count,
            Unexplained = unexplained.Count,
            Lost = lost.Count,
            Doubled = doubled.Count,
            MissingEvents = stories.Sum(s => s.Missing),
            ReturnedNoRoom = CountChanges(AssigneeChangeReason.NoRoom),
            ReturnedAgentAbsent = CountChanges(AssigneeChangeReason.AgentAbsent),
            Conversations = stories.Count,
            Messages = stories.Sum(s => s.Steps.LongCount(step => step.Message is not null)),
            Assigned = CountChanges(AssigneeChangeReason.Routed) + CountChanges(AssigneeChangeReason.Accepted),
            DeadlinesTold = deadlines.Told,
            DeadlineLateness = WaitMeter.Of(deadlines.Lateness),
            Sla = SlaMeter.Of(stories),
            WaitForAssignment = WaitMeter.ToAssignment(waits),
            WaitForAnswer = WaitMeter.ToAnswer(stories),
            Staff = StaffMeter.Of([.. agents.Values], stories, holdings, evidence.End),
            Expectations = ExpectationMeter.Of(evidence.Expectations, stories.ToDictionary(s => s.Name, StringComparer.Ordinal)),
            WaitingMax = MostAtOnce(waits),
            Examples =
            [
                .. new[] { overCapacity, atEnd, overlooked, deadlines.Early, deadlines.WrongInstant, deadlines.Missed, deadlines.Doubled, doubleOwner, unexplained, lost, doubled, missing }
                    .SelectMany(f => f.Examples),
            ],
        };

        long CountChanges(AssigneeChangeReason reason) =>
            stories.Sum(s => s.Steps.LongCount(step => step.CommitTime <= evidence.End && step.Change?.Reason == reason));
    }

    private static List<ConversationStory> Stories(Evidence evidence) =>
    [
        .. evidence.Events.Where(e => e.Resource.StartsWith("conversations/", StringComparison.Ordinal))
            .GroupBy(e => e.Resource, StringComparer.Ordinal)
            .Select(g => ConversationStory.Of(g.Key, g)),
    ];

    private static (Findings Lost, Findings Doubled) CheckMessages(Evidence evidence, List<ConversationStory> stories)
    {
        var (lost, doubled) = MessageCheck.Check(evidence.Sent, stories.SelectMany(Told));
        if (evidence.ReadBack is null) return (lost, doubled);
        // A message that neither the events nor the history have is lost twice; whoever reads 2 knows that both miss it.
        var (lostBack, doubledBack) = MessageCheck.Check(evidence.Sent, evidence.ReadBack);
        lost.Add(lostBack);
        doubled.Add(doubledBack);
        return (lost, doubled);

        static IEnumerable<(string, string)> Told(ConversationStory story) =>
            story.Steps.Where(s => s.Message is not null).Select(s => (story.Name, s.Message!.Content?.Text ?? ""));
    }

    private static int MostAtOnce(List<Waiting> waits)
    {
        var (most, now) = (0, 0);
        foreach (var (_, change) in waits.SelectMany(w => new[] { (At: w.From, Change: 1), (At: w.To, Change: -1) }).OrderBy(c => c.At).ThenBy(c => c.Change))
        {
            now += change;
            most = Math.Max(most, now);
        }

        return most;
    }
}
