using Engine.Grains.Catalogs;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Google.Protobuf;

namespace Engine.Grains.Conversations;

/// <summary>
/// How a command is carried out: decided in one turn with everything that follows from it, and committed.
/// </summary>
internal sealed partial class ConversationGrain
{
    /// <summary>Never sent: the decision waits for something, and is made anew afterwards.</summary>
    private static readonly Rejection NotYet = new();

    private const int RulesMissedMax = 5;

    private delegate Decision<ConversationChange> Decide(ConversationState state, DateTimeOffset now, WorkspaceCatalog catalog);

    private Task<ConversationReply> ChangeAsync(string requestId, IMessage request, Decide decide, long catalogVersion = 0) =>
        ChangeAsync(RequestStamp.Of(requestId, request), decide, catalogVersion);

    private Task<ConversationReply> ChangeAsync(RequestStamp stamp, Decide decide, long catalogVersion = 0) => CommandAsync(
        stamp,
        decide,
        SealConversation,
        (commit, _, position) => Key is null
            ? new ConversationReply { Rejection = Rejections.CustomerErased() }
            : new ConversationReply { Result = OpenConversation(commit), Position = position.ToMessage() },
        rejection =>
        {
            LeaveIfAbsent();
            return new ConversationReply { Rejection = rejection };
        },
        catalogVersion);

    private Task<MessageReply> AddMessageAsync(string requestId, IMessage request, Decide decide) => CommandAsync(
        RequestStamp.Of(requestId, request),
        decide,
        null,
        (commit, version, position) => new MessageReply
        {
            Result = ConversationCommits.Message(Id, commit, version, Key),
            Position = position.ToMessage(),
        },
        rejection =>
        {
            LeaveIfAbsent();
            return new MessageReply { Rejection = rejection };
        });

    /// <summary>Something that nobody waits to see: only what went wrong is told.</summary>
    private Task<Rejection?> ActAsync(Decide decide, long catalogVersion = 0, bool isWake = false, bool isReview = false) => CommandAsync(
        RequestStamp.None, decide, null, (_, _, _) => (Rejection?)null, rejection => rejection, catalogVersion, isWake, isReview);

    /// <summary>
    /// Carries out a command. What the decision needs - the rules by which the conversation counts, what was due before, how
    /// busy the queue is, a reminder no later than what will be due after it - is normally at hand, and then the command costs
    /// one decision; else it is fetched and the decision made anew, since the conversation may have changed meanwhile.
    /// </summary>
    private async Task<TReply> CommandAsync<TReply>(
        RequestStamp stamp,
        Decide decide,
        Action<ConversationState, Commit, ConversationContext>? seal,
        Func<Commit, long, LanePosition, TReply> reply,
        Func<Rejection, TReply> reject,
        long catalogVersion = 0,
        bool isWake = false,
        bool isReview = false)
    {
        var (isReminded, isLoadFetched) = (false, false);
        var rulesMissed = 0;
        try
        {
            while (true)
            {
                var catalog = await catalogs.GetAsync(Workspace, Working.Sla.Rules, catalogVersion);
                var missing = Missing.Nothing;
                string? unknownQueue = null;
                DateTimeOffset? due = null;
                var context = new ConversationContext(catalog, queue => LoadOf(queue, ref unknownQueue)) { IsReview = isReview };
                var answer = await ExecuteAsync(
                    stamp,
                    (state, now) =>
                    {
                        // Another command may have gone on to newer rules while these were read.
                        missing = !isWake && state.NextChange <= now ? Missing.WhatWasDue
                            : !catalog.Sla.Holds(state.Sla.Rules) ? Missing.Rules
                            : Missing.Nothing;
                        if (missing != Missing.Nothing) return NotYet;
                        var decision = decide(state, now, catalog);
                        if (decision.IsRejected) return decision;
                        var change = ConversationTurn.Complete(state, decision.Change, now, context);
                        if ((isWake || isReview) && change.Events.Count == 0) return ConversationCore.NotDue();
                        due = NextWake(change.After!);
                        missing = unknownQueue is not null && !isLoadFetched ? Missing.Load
                            : due is not null && !(_remindedAt <= due) ? Missing.Reminder
                            : Missing.Nothing;
                        return missing == Missing.Nothing ? change : NotYet;
                    },
                    seal is null ? null : (after, commit, _) => seal(after, commit, context),
                    reply,
                    rejection => missing == Missing.Nothing ? reject(rejection) : default!);
                switch (missing)
                {
                    case Missing.Nothing:
                        return answer;
                    case Missing.WhatWasDue:
                        await WakeAsync();
                        break;
                    case Missing.Rules when ++rulesMissed == RulesMissedMax:
                        return reject(Rejections.StoreUnavailable());
                    case Missing.Load:
                        await loads.FetchAsync(Workspace, unknownQueue!);
                        isLoadFetched = true;
                        break;
                    case Missing.Reminder:
                        if (!isReminded) _commandsReminded++;
                        isReminded = true;
                        await RemindAsync(due!.Value);
                        break;
                }
            }
        }
        finally
        {
            if (isReminded) _commandsReminded--;
        }
    }

    private QueueLoad? LoadOf(string queue, ref string? unknownQueue)
    {
        if (loads.TryGet(Workspace, queue, out var load)) return load;
        unknownQueue = queue;
        return null;
    }

    /// <summary>What a decision waits for.</summary>
    private enum Missing
    {
        Nothing,
        WhatWasDue,
        Rules,
        Load,
        Reminder,
    }
}
