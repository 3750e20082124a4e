using Engine.Api.Authentication;
using Engine.Api.Forwarding;
using Engine.Api.Paging;
using Engine.Api.Positions;
using Engine.Grains.Ids;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Engine.Api.Services;

/// <summary>Lists of conversations, from the read models, and of messages, from the conversation itself.</summary>
internal sealed class ConversationLists(IListings listings, IGrainFactory grains, ListBarrier barrier)
{
    public async Task<ListConversationsResponse> ListConversationsAsync(ListConversationsRequest request, ServerCallContext context)
    {
        var workspace = Principal.Of(context).Workspace;
        var filter = request.Filter ?? new ConversationFilter();
        var fingerprint = PageCursor.Fingerprint("conversations", workspace, filter.ToByteString().ToBase64());
        var cursor = PageCursor.Parse(request.PageToken, fingerprint);
        await barrier.WaitAsync(request.AfterPosition, context);

        var size = Pages.SizeOf(request.PageSize);
        var found = await listings.ListConversationsAsync(QueryOf(workspace, filter, cursor, Pages.LimitOf(size)), context.CancellationToken);
        var response = new ListConversationsResponse();
        for (var i = 0; i < Math.Min(found.Count, size); i++) response.Conversations.Add(found[i]);
        if (Pages.HasMore(found.Count, size))
        {
            var last = response.Conversations[^1];
            response.NextPageToken = new PageCursor(
                last.UpdateTime.ToDateTimeOffset().UtcTicks, 0, ConversationId.Parse(last.Name).Value).ToToken(fingerprint);
        }

        return response;
    }

    public async Task<ListMessagesResponse> ListMessagesAsync(ListMessagesRequest request, ServerCallContext context)
    {
        var workspace = Principal.Of(context).Workspace;
        var descending = request.Order == SortOrder.Descending;
        var fingerprint = PageCursor.Fingerprint(
            "messages", workspace, request.Conversation, descending ? "descending" : "ascending", request.ExcludeNotes ? "messages" : "all");
        var cursor = PageCursor.Parse(request.PageToken, fingerprint);
        var reply = await grains.Conversation(workspace, request.Conversation).ReadMessagesAsync(new ReadMessagesRequest
        {
            FromVersion = cursor?.Version ?? 0,
            Descending = descending,
            Limit = Pages.SizeOf(request.PageSize),
            ExcludeNotes = request.ExcludeNotes,
        }).WaitAsync(context.CancellationToken);
        var messages = Forwarder.ResultOf(ReplyShape.Messages, reply);
        var response = new ListMessagesResponse();
        response.Messages.AddRange(messages.Messages_);
        if (messages.NextVersion > 0) response.NextPageToken = new PageCursor(0, messages.NextVersion, "").ToToken(fingerprint);
        return response;
    }

    private static ConversationQuery QueryOf(string workspace, ConversationFilter filter, PageCursor? cursor, int limit) => new()
    {
        Workspace = workspace,
        Customer = filter.Customer.Length > 0 ? CustomerId.Parse(filter.Customer).Value : null,
        Assignee = filter.Unassigned ? "" : filter.Assignee.Length > 0 ? AgentId.Parse(filter.Assignee).Value : null,
        Statuses = [.. filter.Statuses.Select(static s => (int)s).Distinct()],
        Tag = filter.Tag.Length > 0 ? filter.Tag : null,
        Queue = filter.Queue.Length > 0 ? filter.Queue["queues/".Length..] : null,
        Channel = filter.Channel.Length > 0 ? filter.Channel : null,
        UpdatedSince = filter.UpdateTimeFrom?.ToDateTimeOffset(),
        UpdatedBefore = filter.UpdateTimeTo?.ToDateTimeOffset(),
        After = cursor is { } c ? (new DateTimeOffset(c.Number, TimeSpan.Zero), c.Id) : null,
        Limit = limit,
    };
}
