using Engine.LoadTests.Calls;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Replay;

/// <summary>Reads conversations back the ways that clients do.</summary>
internal sealed class ConversationReader(EngineApi api, RetryingCaller caller, Metadata headers, TimeProvider time)
{
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromMinutes(2);

    /// <summary>All messages and notes, oldest first, whichever way they were paged.</summary>
    public async Task<List<Message>> ListAsync(
        string conversation, int pageSize, SortOrder order, CancellationToken cancellationToken)
    {
        var messages = new List<Message>();
        var request = new ListMessagesRequest { Conversation = conversation, PageSize = pageSize, Order = order };
        do
        {
            var page = await caller.CallAsync(api.Conversations.ListMessagesAsync, request, headers, cancellationToken);
            messages.AddRange(page.Messages);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        if (order == SortOrder.Descending) messages.Reverse();
        return messages;
    }

    /// <summary>
    /// What a watcher gets from the beginning to the conversation's present version; versions that are missing or double are
    /// told in <paramref name="differences"/>.
    /// </summary>
    public async Task<List<Message>> WatchAsync(
        string conversation, TurnDifferences differences, CancellationToken cancellationToken)
    {
        var present = await caller.CallAsync(
            api.Conversations.GetConversationAsync, new GetConversationRequest { Name = conversation }, headers,
            cancellationToken);
        var messages = new List<Message>();
        long version = 0;
        var deadline = (time.GetUtcNow() + WatchTimeout).UtcDateTime;
        using var call = api.Conversations.WatchConversation(
            new WatchConversationRequest { Name = conversation }, headers, deadline, cancellationToken);
        while (version < present.Version && await call.ResponseStream.MoveNext(cancellationToken))
        {
            var commit = call.ResponseStream.Current;
            if (commit.Version != version + 1)
            {
                differences.Mismatches++;
                differences.Tell($"{conversation}: a watcher got version {commit.Version} after {version}");
            }

            version = commit.Version;
            foreach (var happened in commit.Events)
            {
                if (happened.EventCase == ConversationEvent.EventOneofCase.Message) messages.Add(happened.Message);
            }
        }

        return messages;
    }

    public async Task<ConversationStatus> StatusAsync(string conversation, CancellationToken cancellationToken)
    {
        var request = new GetConversationRequest { Name = conversation };
        return (await caller.CallAsync(api.Conversations.GetConversationAsync, request, headers, cancellationToken)).Status;
    }

    /// <summary>How many conversations a customer has, as far as one page tells.</summary>
    public async Task<int> CountConversationsAsync(string customer, CancellationToken cancellationToken)
    {
        var request = new ListConversationsRequest
        {
            Filter = new ConversationFilter { Customer = customer },
            PageSize = 10,
        };
        var page = await caller.CallAsync(api.Conversations.ListConversationsAsync, request, headers, cancellationToken);
        return page.Conversations.Count;
    }
}
