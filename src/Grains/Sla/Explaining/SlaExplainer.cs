using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Sla.Explaining;

/// <summary>
/// How a conversation's deadlines came about: from what the journal recorded, not from what would be decided today. Each
/// setting of a clock ends an interval; the rules that held when it was set say whether the interval counted, and where
/// business hours cut it. What is explained adds up to what was counted, or the journal is wrong.
/// </summary>
public static class SlaExplainer
{
    private const int IntervalsMax = 2_000;

    /// <summary>Explains a conversation's deadlines.</summary>
    /// <param name="events">All promises' events of the conversation so far, in order.</param>
    /// <param name="at">Up to when; what is recorded with a later instant is left out.</param>
    /// <param name="catalog">Holds the calendars, in the versions that the events name.</param>
    /// <exception cref="KeyNotFoundException">It lacks one; see <see cref="SlaCatalog.Holds"/>.</exception>
    public static SlaExplanation Explain(IEnumerable<SlaEvent> events, Instant at, SlaCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(catalog);
        var explanation = new SlaExplanation { AtTime = at.ToTimestamp() };
        var stories = new SlaStory?[SlaMetrics.Count];
        SlaRules? rules = null;
        foreach (var e in events)
        {
            switch (e.EventCase)
            {
                case SlaEvent.EventOneofCase.RulesChanged when e.RulesChanged.EffectiveTime.ToInstant() <= at:
                    rules = e.RulesChanged.To;
                    explanation.RulesChanges.Add(e.RulesChanged);
                    break;
                case SlaEvent.EventOneofCase.ClockSet when e.ClockSet.SinceTime.ToInstant() <= at:
                    ref var story = ref stories[SlaMetrics.IndexOf(e.ClockSet.Metric)];
                    if (story?.DeadlineId != e.ClockSet.DeadlineId)
                    {
                        if (story is { WasPromised: true }) explanation.Deadlines.Add(story.Tell(null, IntervalsMax));
                        story = new SlaStory(catalog, e.ClockSet);
                    }

                    story.Set(e.ClockSet, rules);
                    break;
                case SlaEvent.EventOneofCase.Notice when e.Notice.EffectiveTime.ToInstant() <= at:
                    stories[SlaMetrics.IndexOf(e.Notice.Metric)]?.Add(e.Notice);
                    break;
            }
        }

        foreach (var story in stories)
        {
            if (story is { WasPromised: true }) explanation.Deadlines.Add(story.Tell(at, IntervalsMax));
        }

        var ordered = explanation.Deadlines.OrderBy(d => d.DeadlineId).ToList();
        explanation.Deadlines.Clear();
        explanation.Deadlines.AddRange(ordered);
        return explanation;
    }
}
