using Engine.Grains.Conversations;
using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Customers;

internal sealed partial class CustomerGrain
{
    /// <summary>How long a conversation's predecessor may still know a repeated message: as long as requests are remembered.</summary>
    private static readonly TimeSpan ReplayWindow = TimeSpan.FromHours(24);

    public async Task<StartConversationReply> StartConversationAsync(StartConversationRequest request, Caller caller)
    {
        if (CustomerCore.Missing(Working) is { } missing)
        {
            LeaveIfAbsent();
            return new StartConversationReply { Rejection = missing };
        }

        var id = IdText.Derive(Workspace, "conversation", request.RequestId);
        var ties = new ConversationTies();
        if (!Has(id))
        {
            // The id comes from the request's id: a conversation of another customer here is another payload.
            if ((await Conversation(id).GetAsync()).Result is not null) return new StartConversationReply { Rejection = Rejections.RequestIdReused() };
            if (request.Predecessor.Length > 0 && await PredecessorFaultAsync(request.Predecessor) is { } fault)
                return new StartConversationReply { Rejection = fault };
            var predecessor = request.Predecessor.Length > 0 ? ConversationId.Parse(request.Predecessor).Value : "";
            ties = await TiesAsync(predecessor);
            if (await OpenAsync(id, request.Channel, predecessor) is { } refused) return new StartConversationReply { Rejection = refused };
        }

        if (!await WhenSettledAsync()) return new StartConversationReply { Rejection = Rejections.FenceLost() };
        return await Conversation(id).StartAsync(StartOf(request, ties, caller), caller);
    }

    public async Task<ReceiveMessageReply> ReceiveAsync(ReceiveMessageRequest request, Caller caller)
    {
        if (!await FindKeyAsync()) return new ReceiveMessageReply { Rejection = Rejections.CustomerErased() };
        var identity = await identityKeys.IdOfAsync(Workspace, new Identity { Channel = request.Channel, Address = request.Address });
        if (!Working.Identities.Contains(identity))
        {
            var refused = await CommitAsync((state, _) => state.Identities.Contains(identity)
                ? Rejections.Of(RejectionKind.Exists, "IDENTITY_KNOWN", "Known by now.")
                : CustomerCore.Meet(state, request, identity));
            if (refused is not null && refused.Reason != "IDENTITY_KNOWN") return new ReceiveMessageReply { Rejection = refused };
        }

        var message = request.Clone();
        message.Address = "";
        var command = new ReceiveMessageCommand { Request = message, Customer = Id, Language = LanguageFor(caller), CustomerTier = Working.Record.Tier };
        if (await FindReplayAsync(command, caller) is { } replayed) return replayed;
        var ties = new ConversationTies();
        for (var current = Working.CurrentOn(request.Channel); ; current = Working.CurrentOn(request.Channel))
        {
            var id = current?.Conversation;
            if (id is null)
            {
                ties = await TiesAsync("");
                // Another message may have opened one meanwhile.
                if (Working.CurrentOn(request.Channel) is not null) continue;
                id = IdText.Derive(Workspace, "conversation", $"{Id}/{Working.Conversations.Count}");
                if (await OpenAsync(id, request.Channel, "") is { } refused) return new ReceiveMessageReply { Rejection = refused };
            }

            // Durable first: were this activation to lose its fence, the conversation would be nobody's.
            if (!await WhenSettledAsync()) return new ReceiveMessageReply { Rejection = Rejections.FenceLost() };
            command = command.Clone();
            command.Predecessor = PredecessorOf(id);
            (command.LastAgent, command.UsualQueue) = (ties.LastAgent, ties.Queue);
            var reply = await Conversation(id).ReceiveAsync(command, caller);
            if (reply.Rejection?.Reason != "CONVERSATION_CLOSED") return reply;
            ties = await TiesAsync(id);
            if (Working.CurrentOn(request.Channel)?.Conversation == id && await OpenSuccessorAsync(id, request.Channel) is { } fault)
                return new ReceiveMessageReply { Rejection = fault };
        }
    }

    public async Task<MessageReply> SendToSuccessorAsync(SendMessageRequest request, Caller caller)
    {
        var closed = ConversationId.Parse(request.Conversation).Value;
        if (CustomerCore.Missing(Working) is { } missing) return new MessageReply { Rejection = missing };
        if (Working.Conversations.Find(c => c.Conversation == closed) is not { } predecessor)
            return new MessageReply { Rejection = Rejections.ConversationNotFound() };

        while (true)
        {
            // The successors in order, so that a repeated message finds the one it went to.
            var next = NextOn(predecessor);
            if (next is null)
            {
                if (await OpenSuccessorAsync(predecessor.Conversation, predecessor.Channel) is { } refused) return new MessageReply { Rejection = refused };
                continue;
            }

            if (!await WhenSettledAsync()) return new MessageReply { Rejection = Rejections.FenceLost() };
            var start = new StartConversationRequest
            {
                RequestId = $"successor/{predecessor.Conversation}",
                Customer = CustomerId.Of(Id).Name,
                Channel = predecessor.Channel,
                Predecessor = ConversationId.Of(predecessor.Conversation).Name,
            };
            var grain = Conversation(next.Conversation);
            if ((await grain.GetAsync()).Result is null)
            {
                var started = await grain.StartAsync(StartOf(start, await TiesAsync(predecessor.Conversation), caller), caller);
                if (started.Rejection is { } refused && refused.Reason != "REQUEST_ID_REUSED") return new MessageReply { Rejection = refused };
            }

            var message = request.Clone();
            message.Conversation = ConversationId.Of(next.Conversation).Name;
            var reply = await grain.SendMessageAsync(message, caller);
            if (reply.Rejection?.Reason != "CONVERSATION_CLOSED") return reply;
            predecessor = next;
        }
    }

    /// <summary>A message repeated after its conversation was closed is answered by that one, not appended to its successor.</summary>
    private async Task<ReceiveMessageReply?> FindReplayAsync(ReceiveMessageCommand command, Caller caller)
    {
        var since = Now - ReplayWindow;
        var onChannel = Working.Conversations.FindAll(c => c.Channel == command.Request.Channel);
        for (var i = onChannel.Count - 1; i > 0 && onChannel[i].OpenTime.ToDateTimeOffset() >= since; i--)
        {
            var probe = command.Clone();
            probe.OnlyReplay = true;
            var reply = await Conversation(onChannel[i - 1].Conversation).ReceiveAsync(probe, caller);
            if (reply.Result is not null || reply.Rejection.Reason == "REQUEST_ID_REUSED") return reply;
        }

        return null;
    }

    private StartConversationCommand StartOf(StartConversationRequest request, ConversationTies ties, Caller caller) => new()
    {
        Request = request,
        Language = LanguageFor(caller),
        CustomerTier = Working.Record.Tier,
        LastAgent = ties.LastAgent,
        UsualQueue = ties.Queue,
    };

    /// <summary>
    /// What a new conversation takes over: who answered this customer last, wherever that was, and the queue of the one that
    /// it continues.
    /// </summary>
    /// <param name="predecessor">The conversation that it continues, or empty.</param>
    private async Task<ConversationTies> TiesAsync(string predecessor)
    {
        if (Working.Conversations.Count == 0) return new ConversationTies();
        var last = Working.Conversations[^1].Conversation;
        var ties = await Conversation(last).GetTiesAsync();
        if (last == predecessor) return ties;
        var queue = predecessor.Length > 0 ? (await Conversation(predecessor).GetTiesAsync()).Queue : "";
        return new ConversationTies { LastAgent = ties.LastAgent, Queue = queue };
    }

    private Task<Rejection?> OpenSuccessorAsync(string closed, string channel) =>
        OpenAsync(IdText.Derive(Workspace, "conversation", $"{closed}/successor"), channel, closed);

    private async Task<Rejection?> OpenAsync(string id, string channel, string predecessor)
    {
        var refused = await CommitAsync((state, _) => state.Conversations.Exists(c => c.Conversation == id)
            ? Rejections.Of(RejectionKind.Exists, "CONVERSATION_OPENED", "Opened by now.")
            : CustomerCore.Open(state, id, channel, predecessor, new Author { Type = AuthorType.System }));
        return refused?.Reason == "CONVERSATION_OPENED" ? null : refused;
    }

    private async Task<Rejection?> PredecessorFaultAsync(string name)
    {
        var id = ConversationId.Parse(name).Value;
        if (!Has(id)) return Rejections.ConversationNotFound().At("predecessor", "NOT_FOUND");
        var reply = await Conversation(id).GetAsync();
        return reply.Rejection ?? (reply.Result.Status == ConversationStatus.Closed
            ? null
            : Rejections.Of(RejectionKind.Precondition, "PREDECESSOR_NOT_CLOSED", "Only a closed conversation has a successor."));
    }

    private Task<Rejection?> CommitAsync(Func<CustomerState, DateTimeOffset, Decision<CustomerChange>> decide) =>
        ExecuteAsync(RequestStamp.None, decide, null, (_, _, _) => (Rejection?)null, rejection => rejection);

    private string LanguageFor(Caller caller) => Working.Record.Language.Length > 0 ? Working.Record.Language : caller.Language;

    private bool Has(string conversation) => Working.Conversations.Exists(c => c.Conversation == conversation);

    private CustomerConversation? NextOn(CustomerConversation before)
    {
        var at = Working.Conversations.IndexOf(before);
        return Working.Conversations.FindIndex(at + 1, c => c.Channel == before.Channel) is var next and >= 0 ? Working.Conversations[next] : null;
    }

    private string PredecessorOf(string id)
    {
        var at = Working.Conversations.FindIndex(c => c.Conversation == id);
        var channel = Working.Conversations[at].Channel;
        var before = at == 0 ? -1 : Working.Conversations.FindLastIndex(at - 1, at, c => c.Channel == channel);
        return before < 0 ? "" : Working.Conversations[before].Conversation;
    }

    private IConversationGrain Conversation(string id) => grains.GetGrain<IConversationGrain>($"{Workspace}/{id}");
}
