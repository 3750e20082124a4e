using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>
/// What a customer was told about their answer, from their first unanswered message to the answer. A forecast changes with
/// every agent who signs on; a promise that did so would be none. So what was told stands, until the forecast's likely instant
/// lies beyond the promised latest one: then it will more likely be broken than kept, and it is revised - once, and only
/// while its time has not passed: an apology for what the customer has noticed already is no information.
/// Pure: no clock, no I/O, no chance.
/// </summary>
public static class PromiseCore
{
    private static readonly Duration ReviewMin = Duration.FromMinutes(1);

    /// <summary>The customer waits and is told, or was told already: a second message begins nothing anew.</summary>
    public static PromiseDecision Ask(Promise? promise, Forecast forecast, Instant now)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        if (promise is not null) return Review(promise, forecast, now);
        if (forecast is not { Likely: { } likely, Latest: { } latest }) return new PromiseDecision(null, null);
        var told = new Promise(now, likely, latest, forecast.Basis);
        return new PromiseDecision(told, new ExpectationEvent { Promised = told.ToRecord() });
    }

    /// <summary>Revises a promise that can hardly be kept any more.</summary>
    public static PromiseDecision Review(Promise promise, Forecast forecast, Instant now)
    {
        ArgumentNullException.ThrowIfNull(promise);
        ArgumentNullException.ThrowIfNull(forecast);
        if (promise.Revision is not null || now >= promise.Latest) return new PromiseDecision(promise, null);
        if (forecast is not { Likely: { } likely, Latest: { } latest } || likely <= promise.Latest) return new PromiseDecision(promise, null);
        var revised = promise with { Revision = new PromiseRevision(now, likely, latest) };
        return new PromiseDecision(revised, new ExpectationEvent { Revised = revised.ToRecord() });
    }

    /// <summary>When to look again though nothing happens: halfway to the promised latest instant, each time. Null: not any more.</summary>
    public static Instant? NextReview(Promise promise, Instant now)
    {
        ArgumentNullException.ThrowIfNull(promise);
        var left = promise.Latest - now;
        return promise.Revision is not null || left < ReviewMin * 2 ? null : now + left / 2;
    }

    /// <summary>The answer came, or nobody waits for it any more.</summary>
    /// <param name="promise">Null: nothing was told, nothing happens.</param>
    public static PromiseDecision End(Promise? promise, Instant now, bool answered)
    {
        if (promise is null) return new PromiseDecision(null, null);
        return new PromiseDecision(null, new ExpectationEvent
        {
            Ended = new PromiseEnded
            {
                EffectiveTime = now.ToTimestamp(),
                Answered = answered,
                BeforeLikely = answered && now < promise.Likely,
                BeforeLatest = answered && now < promise.Latest,
                Revised = promise.Revision is not null,
                BeforeRevised = answered && promise.Revision is { } revision && now < revision.Latest,
                Basis = promise.Basis,
            },
        });
    }

    /// <summary>The promise after a recorded event.</summary>
    public static Promise? Apply(Promise? promise, ExpectationEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.EventCase switch
        {
            ExpectationEvent.EventOneofCase.Promised => Promise.Of(e.Promised),
            ExpectationEvent.EventOneofCase.Revised => Promise.Of(e.Revised),
            ExpectationEvent.EventOneofCase.Ended => null,
            // Written by a newer release during a rolling upgrade.
            _ => promise,
        };
    }

    /// <summary>What to show who asks: the promise; once its time has passed, or without one, the forecast as it is.</summary>
    public static Forecast Shown(Promise? promise, Forecast forecast, Instant now)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        return promise is not null && now < promise.LatestNow
            ? forecast with { Likely = promise.LikelyNow, Latest = promise.LatestNow, Basis = forecast.Opening is null ? promise.Basis : forecast.Basis }
            : forecast;
    }

    /// <summary>Counts how a promise was kept; one that ended without an answer tells nothing.</summary>
    public static ExpectationCalibration Count(ExpectationCalibration counters, PromiseEnded ended)
    {
        ArgumentNullException.ThrowIfNull(counters);
        ArgumentNullException.ThrowIfNull(ended);
        if (!ended.Answered) return counters;
        var after = counters.Clone();
        after.AnswerCount++;
        if (ended.BeforeLikely) after.BeforeLikelyCount++;
        if (ended.BeforeLatest) after.BeforeLatestCount++;
        if (ended.Revised) after.RevisedCount++;
        if (ended.BeforeRevised) after.BeforeRevisedCount++;
        return after;
    }
}
