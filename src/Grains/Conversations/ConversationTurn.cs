using Engine.Grains.Expectations;
using Engine.Grains.Sla;
using Engine.Grains.Sla.Clocks;
using Engine.Internal.V1;
using Google.Protobuf.WellKnownTypes;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

/// <summary>
/// Works out all that follows from what a command does to a conversation: what becomes of its promises, what the policy does
/// about that, and what the customer is told.
/// <para>
/// To let a consumer of the journal do it later would be simpler and wrong: between a reply and its consequence a deadline
/// would be at risk that is met, a crash would lose or double an action, and no reader could tell a state in between from a
/// fault. So the consequences are part of the same commit. An action can have consequences of its own - a priority that is
/// raised chooses another policy, under which the deadline is broken already, which moves the conversation - and they are
/// followed to their end, which comes since each deadline is told to be at risk and breached once.
/// </para>
/// Pure: no clock, no I/O, no chance.
/// </summary>
public static class ConversationTurn
{
    /// <summary>A change with everything that follows from it.</summary>
    /// <param name="state">Before it.</param>
    /// <param name="now">The time of its commit.</param>
    public static ConversationChange Complete(ConversationState state, ConversationChange change, DateTimeOffset now, ConversationContext context)
    {
        var (version, time) = (state.Version + 1, Timestamp.FromDateTimeOffset(now));
        var catalog = context.Catalog;
        var (events, data) = (change.Events, change.Data);
        var shape = ConversationCore.Shape(state, version, time, change.Author, events, data, change.Details);
        var moment = SlaMoment.Of(time.ToInstant(), change.Author, events, shape.Summary);
        var sla = SlaCore.Decide(state.Sla, moment, catalog.Sla);

        // As long as no policy has ever matched nothing is recorded: see ConversationCore.Apply.
        while (sla.State.Rules is not null && sla.Events.Count > 0)
        {
            events = [.. events, .. sla.Events.Select(e => new ConversationEvent { Sla = e })];
            if (SlaActions.Of(shape.Summary, sla.Events, catalog) is not { } actions) break;
            events = [.. events, .. actions.Events];
            data = actions.Data ?? data;
            shape = ConversationCore.Shape(state, version, time, change.Author, events, data, change.Details);
            sla = SlaCore.Decide(sla.State, new SlaMoment(moment.Time) { Subject = Sla.Policies.SlaSubject.Of(shape.Summary) }, catalog.Sla);
        }

        var promise = Promise(state, shape, sla.State, moment, context);
        if (promise.Event is { } told) events = [.. events, new ConversationEvent { Expectation = told }];
        return change with
        {
            Events = events,
            Data = data,
            AnsweredSince = moment.Message == SlaMessage.Person && sla.State.UnansweredSince is null ? state.Sla.UnansweredSince?.ToTimestamp() : null,
            After = ConversationCore.Promised(shape, sla.State, promise.Promise),
        };
    }

    private static PromiseDecision Promise(
        ConversationState before, ConversationState shape, SlaState sla, SlaMoment moment, ConversationContext context)
    {
        var (promise, now) = (before.Promise, moment.Time);
        if (!Outlook.IsAwaited(shape.Status, sla))
            return PromiseCore.End(promise, now, sla.UnansweredSince is null && moment.Message is SlaMessage.Person or SlaMessage.Bot);
        var isAsked = moment.Message == SlaMessage.Customer;
        if (!isAsked && (promise is null || !context.IsReview)) return new PromiseDecision(promise, null);

        var outlook = Outlook.Of(context, before, shape.Summary, sla, now);
        var decision = isAsked ? PromiseCore.Ask(promise, outlook.Forecast, now) : PromiseCore.Review(promise!, outlook.Forecast, now);
        if (decision.Event is { } e)
        {
            e.Told = outlook.Tell(decision.Promise, now);
            e.TellCustomer = e.EventCase == ExpectationEvent.EventOneofCase.Revised && context.Catalog.Expectations.TellRevisions;
        }

        return decision;
    }
}
