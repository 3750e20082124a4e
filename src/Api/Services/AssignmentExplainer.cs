using Engine.Api.Forwarding;
using Engine.Grains.Conversations;
using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Api.Services;

/// <summary>
/// Tells why a conversation went to whom it went to.
/// </summary>
/// <remarks>
/// Each decision is an event of the conversation, in the commit of the change that it led to; nothing is kept beside the
/// journal, so nothing can differ from it. The newest ones matter, and conversations may be long: commits are read backwards
/// in windows until there are enough decisions, or enough was read.
/// </remarks>
internal sealed class AssignmentExplainer(IGrainFactory grains)
{
    private const int LimitDefault = 10;
    private const int CommitsPerRead = 200;

    /// <summary>Of a conversation longer than this only the end is looked through.</summary>
    private const int CommitsMax = 10_000;

    public async Task<AssignmentExplanation> ExplainAsync(string workspace, ExplainAssignmentRequest request, CancellationToken cancellationToken)
    {
        var grain = grains.Conversation(workspace, request.Conversation);
        var conversation = Forwarder.ResultOf(ReplyShape.Conversation, await grain.GetAsync().WaitAsync(cancellationToken));
        var explanation = new AssignmentExplanation();
        await AddRecordsAsync(grain, conversation.Version, request.Limit == 0 ? LimitDefault : request.Limit, explanation, cancellationToken);
        if (conversation is { Status: ConversationStatus.Open, Queue.Length: > 0, Assignee.Length: 0 })
        {
            var id = ConversationId.Parse(request.Conversation).Value;
            explanation.Waiting = Forwarder.ResultOf(
                ReplyShape.WaitingExplanation,
                await grains.Queue(workspace, conversation.Queue).ExplainWaitingAsync(id).WaitAsync(cancellationToken));
        }

        return explanation;
    }

    private static async Task AddRecordsAsync(
        IConversationGrain grain, long version, int limit, AssignmentExplanation explanation, CancellationToken cancellationToken)
    {
        var first = Math.Max(0, version - CommitsMax);
        for (var end = version; end > first && explanation.Records.Count < limit; end -= CommitsPerRead)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var after = Math.Max(first, end - CommitsPerRead);
            var commits = Forwarder.ResultOf(ReplyShape.Commits, await grain.ReadCommitsAsync(
                new ReadCommitsRequest { AfterVersion = after, Limit = (int)(end - after) }, cancellationToken)).Commits_;
            for (var i = commits.Count - 1; i >= 0 && explanation.Records.Count < limit; i--)
            {
                if (commits[i].Version <= end) AddRecords(commits[i], limit, explanation);
            }
        }
    }

    /// <summary>A commit's changes of assignee, the last first; a decision stands before the change it led to.</summary>
    private static void AddRecords(WatchConversationResponse commit, int limit, AssignmentExplanation explanation)
    {
        for (var i = commit.Events.Count - 1; i >= 0 && explanation.Records.Count < limit; i--)
        {
            if (commit.Events[i].AssigneeChanged is not { } change) continue;
            explanation.Records.Add(new AssignmentRecord
            {
                Version = commit.Version,
                CommitTime = commit.CommitTime,
                Author = commit.Author,
                Change = change,
                Decision = i > 0 ? commit.Events[i - 1].Routed : null,
            });
        }
    }
}
