using Engine.Grains.Conversations;
using Engine.Grains.Sla;
using Engine.Grains.Sla.Calendars;
using Engine.Grains.Sla.Clocks;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>What a waiting conversation can expect as things stand, and how to say it. Pure.</summary>
public sealed class Outlook
{
    private readonly SentenceBook _book;
    private readonly string _language;
    private readonly DateTimeZone _zone;

    private Outlook(Forecast forecast, SentenceBook book, string language, DateTimeZone zone) =>
        (Forecast, _book, _language, _zone) = (forecast, book, language, zone);

    public Forecast Forecast { get; }

    /// <summary>Whether the customer waits for an answer: what they wrote has none, and nobody says that they owe one, or that all is done.</summary>
    public static bool IsAwaited(ConversationStatus status, SlaState sla)
    {
        ArgumentNullException.ThrowIfNull(sla);
        return status is ConversationStatus.Open or ConversationStatus.Snoozed && sla.UnansweredSince is not null;
    }

    /// <summary>Of a conversation as committed.</summary>
    public static Outlook Of(ConversationContext context, ConversationState state, Instant now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Of(context, state, state.Summary, state.Sla, now);
    }

    /// <summary>Of a conversation under way.</summary>
    /// <param name="before">As its queue knows it.</param>
    internal static Outlook Of(ConversationContext context, ConversationState before, ConversationSummary summary, SlaState sla, Instant now)
    {
        var catalog = context.Catalog;
        var calendar = CalendarOf(context, summary, sla);
        var load = summary.Queue.Length > 0 ? context.LoadOf(summary.Queue) : null;
        var input = new ForecastInput(now, sla.UnansweredSince ?? now)
        {
            Calendar = calendar,
            Live = LiveOf(load, before.Summary, summary),
            History = load is { MedianResponse: { } median, NinetiethPercentileResponse: { } ninetieth }
                ? new ResponseHistory(median.ToNoda(), ninetieth.ToNoda(), load.AnswerCount, BusinessTime: false)
                : null,
            Stretch = load is null ? ForecastStretch.None : new ForecastStretch(load.LikelyStretchLog, load.LatestStretchLog),
            SlaDeadline = sla.ResponseDeadline,
        };
        return new Outlook(ForecastCore.Make(input), catalog.Sentences, summary.Language, calendar?.Zone ?? DateTimeZone.Utc);
    }

    /// <summary>What nothing is known of, in the engine's own words.</summary>
    public static ExpectedResponse Unknown(string language) => SentenceBook.BuiltIn.Tell(
        new Forecast(null, null, ExpectationBasis.Unknown), false, language, "", DateTimeZone.Utc, NodaConstants.UnixEpoch);

    /// <summary>As the customer is told: what was promised, or what is foretold where nothing is.</summary>
    public ExpectedResponse Tell(Promise? promise, Instant now) => _book.Tell(
        PromiseCore.Shown(promise, Forecast, now), promise?.Revision is not null && now < promise.LatestNow, _language, "", _zone, now);

    /// <summary>The hours that the customer waits by: the team's, the shop's, or those of the promise.</summary>
    private static BusinessCalendar? CalendarOf(ConversationContext context, ConversationSummary summary, SlaState sla)
    {
        var catalog = context.Catalog;
        return Find(catalog.QueueById.GetValueOrDefault(summary.Queue)?.Calendar)
            ?? Find(catalog.Expectations.Calendar)
            ?? Find(sla.Rules?.Calendar);

        BusinessCalendar? Find(string? name) => name is { Length: > 0 } ? catalog.CalendarByName.GetValueOrDefault(name) : null;
    }

    private static LiveLoad? LiveOf(QueueLoad? load, ConversationSummary before, ConversationSummary after)
    {
        if (load?.TimePerAnswer is not { } pace) return null;
        var ahead = load.OwedCount;
        for (var i = (int)after.Priority; i < load.WaitingByPriority.Count; i++) ahead += load.WaitingByPriority[i];
        // It is not ahead of itself: the queue counts it already when it was open there.
        if (before.Queue == after.Queue && before.Status == ConversationStatus.Open) ahead--;
        return new LiveLoad(Math.Max(0, ahead), load.Agents, pace.ToNoda());
    }
}
