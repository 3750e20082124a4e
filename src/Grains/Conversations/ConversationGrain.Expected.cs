using Engine.Grains.Expectations;
using Engine.Grains.Keys;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Conversations;

/// <summary>The conversation as it is shown, with when an answer can be expected.</summary>
internal sealed partial class ConversationGrain
{
    private async ValueTask<Conversation> ShowAsync()
    {
        if (!Outlook.IsAwaited(Committed.Status, Committed.Sla)) return Committed.ToPublic(Id);
        var queue = Committed.Summary.Queue;
        if (queue.Length > 0 && !loads.TryGet(Workspace, queue, out _)) await loads.FetchAsync(Workspace, queue);
        var catalog = await catalogs.GetAsync(Workspace);
        return Show(Committed, new ConversationContext(catalog, q => loads.Last(Workspace, q)), Now.ToInstant());
    }

    private Conversation Show(ConversationState state, ConversationContext context, Instant now)
    {
        var conversation = state.ToPublic(Id);
        if (Outlook.IsAwaited(state.Status, state.Sla)) conversation.ExpectedResponse = Outlook.Of(context, state, now).Tell(state.Promise, now);
        return conversation;
    }

    /// <summary>The reply is the conversation after the commit, which later commits change: it is stored along, sealed.</summary>
    private void SealConversation(ConversationState after, Commit commit, ConversationContext context)
    {
        // Without a key the customer was erased: what is left of the commit stands, the reply says so.
        if (Key is not null) commit.Reply = Key.Seal(Show(after, context, commit.CommitTime.ToInstant()), Purposes.Reply);
    }

    private Conversation? OpenConversation(Commit commit) => Key?.Open(commit.Reply, Conversation.Parser, Purposes.Reply);

    /// <summary>When an answer can be expected is told once and for all; where nothing is known it need not be stored.</summary>
    private void SealExpected(ConversationState after, Commit commit, ConversationContext context)
    {
        var now = commit.CommitTime.ToInstant();
        var outlook = Outlook.Of(context, after, now);
        if (after.Promise is null && outlook.Forecast.Basis == ExpectationBasis.Unknown && ReferenceEquals(context.Catalog.Sentences, SentenceBook.BuiltIn)) return;
        commit.Reply = Key!.Seal(outlook.Tell(after.Promise, now), Purposes.Reply);
    }

    private ExpectedResponse? OpenExpected(Commit commit) => commit.Reply.IsEmpty
        ? Outlook.Unknown(commit.Conversation.Summary.Language)
        : Key?.Open(commit.Reply, ExpectedResponse.Parser, Purposes.Reply);
}
