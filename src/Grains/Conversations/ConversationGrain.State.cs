using Engine.Grains.Expectations;
using Engine.Grains.Keys;
using Engine.Grains.Sla;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

internal sealed partial class ConversationGrain
{
    private protected override ConversationState Write(ConversationState state, ConversationChange change, Commit commit, long version)
    {
        commit.Author = change.Author;
        commit.Conversation = new ConversationCommit();
        foreach (var e in change.Events)
        {
            if (e.EventCase == ConversationEvent.EventOneofCase.MessageAdded) e.MessageAdded.Content = Key!.Seal(change.Content!, Purposes.Content);
            commit.Conversation.Events.Add(e);
        }

        if (change.Details is not null && Key is not null) commit.Conversation.Details = Key.Seal(change.Details, Purposes.Details);
        commit.Conversation.AnsweredSinceTime = change.AnsweredSince;
        commit.Conversation.Summary = change.After!.Summary;
        return change.After;
    }

    private protected override ConversationState Apply(ConversationState state, Commit commit, long version)
    {
        var body = commit.Conversation;
        return ConversationCore.Apply(
            state, version, commit.CommitTime, commit.Author, body.Events, body.Summary, ConversationCommits.Details(body.Details, Key));
    }

    private protected override async ValueTask PrepareAsync(Commit commit)
    {
        if (Key is null && commit.Conversation.Summary.Customer is { Length: > 0 } customer)
            Key = await Context.Vault.FindAsync(Workspace, KeyVault.CustomerOwner(customer));
    }

    private protected override async ValueTask<ConversationState> RestoreAsync(Snapshot snapshot, long version)
    {
        var stored = snapshot.Conversation;
        Key = await Context.Vault.FindAsync(Workspace, KeyVault.CustomerOwner(stored.Summary.Customer));
        return new ConversationState
        {
            Version = version,
            Summary = stored.Summary,
            Details = ConversationCommits.Details(stored.Details, Key) ?? new ConversationDetails(),
            Participants = [.. stored.Participants],
            Sla = stored.Sla is null ? Unrecorded(stored.Summary) : SlaState.Of(stored.Sla),
            Promise = Promise.Of(stored.Promise),
        };
    }

    private protected override void Capture(ConversationState state, Snapshot snapshot)
    {
        snapshot.Conversation = new ConversationSnapshot
        {
            Summary = state.Summary,
            Sla = state.Sla.ToSnapshot(),
            Promise = state.Promise?.ToRecord(),
        };
        if (Key is not null) snapshot.Conversation.Details = Key.Seal(state.Details, Purposes.Details);
        snapshot.Conversation.Participants.AddRange(state.Participants);
    }

    /// <summary>A snapshot of a release without promises: who waits follows from who owes an answer.</summary>
    private static SlaState Unrecorded(ConversationSummary summary)
    {
        var since = (summary.LastMessageTime ?? summary.CreateTime).ToInstant();
        var moment = new SlaMoment(since)
        {
            Subject = SlaSubject.Of(summary),
            Status = summary.Status,
            Message = summary.Status == ConversationStatus.Open && summary.LastMessageTime is not null ? SlaMessage.Customer : SlaMessage.None,
        };
        return SlaCore.Decide(SlaState.None, moment, SlaCatalog.Empty).State;
    }
}
