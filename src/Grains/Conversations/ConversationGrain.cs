using Engine.Grains.Catalogs;
using Engine.Grains.Expectations;
using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Internal.V1;
using Engine.V1;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Engine.Grains.Conversations;

/// <summary>
/// The actor around <see cref="ConversationCore"/>: it seals and opens content, answers repeated requests from the journal,
/// and keeps the one reminder that wakes the conversation when anything is due. The reminder only wakes; what is due is told
/// by the state, what is recorded is the computed instant.
/// </summary>
[GrainType("conversation")]
[Reentrant]
internal sealed partial class ConversationGrain(JournaledGrainContext context, ICatalogs catalogs, IQueueLoads loads)
    : JournaledGrain<ConversationState, ConversationChange>(context, StreamKind, ConversationState.None), IConversationGrain, IRemindable
{
    public const string StreamKind = "conversation";

    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(20);

    public async Task<StartConversationReply> StartAsync(StartConversationCommand command, Caller caller)
    {
        var customer = CustomerId.Parse(command.Request.Customer).Value;
        if (!await FindKeyAsync(customer)) return new StartConversationReply { Rejection = Rejections.CustomerErased() };
        return await CommandAsync(
            RequestStamp.Of(command.Request.RequestId, command.Request),
            (state, _, catalog) => ConversationCore.Start(state, command, caller, catalog),
            SealConversation,
            (commit, version, position) =>
            {
                var conversation = OpenConversation(commit);
                return new StartConversationReply
                {
                    Result = new StartConversationResponse
                    {
                        Conversation = conversation,
                        Message = ConversationCommits.Message(Id, commit, version, Key),
                        ExpectedResponse = conversation?.ExpectedResponse,
                    },
                    Position = position.ToMessage(),
                };
            },
            rejection => new StartConversationReply { Rejection = rejection },
            caller.CatalogVersion);
    }

    public async Task<ReceiveMessageReply> ReceiveAsync(ReceiveMessageCommand command, Caller caller)
    {
        if (!await FindKeyAsync(command.Customer)) return new ReceiveMessageReply { Rejection = Rejections.CustomerErased() };
        // The channel's message id alone names the message: a request id of another attempt must not count.
        var payload = command.Request.Clone();
        payload.RequestId = "";
        return await CommandAsync(
            RequestStamp.Of(command.Request.RequestId, $"{command.Request.Channel}\n{command.Request.ExternalId}", payload),
            (state, _, catalog) => ConversationCore.Receive(state, command, catalog),
            SealExpected,
            (commit, version, position) => new ReceiveMessageReply
            {
                Result = new ReceiveMessageResponse
                {
                    Message = ConversationCommits.Message(Id, commit, version, Key),
                    Conversation = ConversationId.Of(Id).Name,
                    Customer = CustomerId.Of(commit.Conversation.Summary.Customer).Name,
                    ConversationStarted = version == 1,
                    ExpectedResponse = OpenExpected(commit),
                },
                Position = position.ToMessage(),
            },
            rejection => new ReceiveMessageReply { Rejection = rejection },
            caller.CatalogVersion);
    }

    public async Task<ConversationReply> GetAsync()
    {
        if (Committed.Exists) return new ConversationReply { Result = await ShowAsync() };
        LeaveIfAbsent();
        return new ConversationReply { Rejection = Rejections.ConversationNotFound() };
    }

    public Task<ConversationTies> GetTiesAsync()
    {
        LeaveIfAbsent();
        return Task.FromResult(new ConversationTies { LastAgent = Committed.Summary.LastAgent, Queue = Committed.Summary.Queue });
    }

    public Task<MessageReply> SendMessageAsync(SendMessageRequest request, Caller caller) => AddMessageAsync(
        request.RequestId, request, (state, _, _) => ConversationCore.Send(state, request, caller));

    public Task<MessageReply> AddNoteAsync(AddNoteRequest request, Caller caller) => AddMessageAsync(
        request.RequestId, request, (state, _, _) => ConversationCore.AddNote(state, request, caller));

    public Task<ConversationReply> AssignAsync(AssignConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _, _) => ConversationCore.Assign(state, request, caller));

    public Task<ConversationReply> TransferAsync(TransferConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _, catalog) => ConversationCore.Transfer(state, request, caller, catalog), caller.CatalogVersion);

    public Task<ConversationReply> ReleaseAsync(ReleaseConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _, _) => ConversationCore.Release(state, caller));

    public Task<ConversationReply> SnoozeAsync(SnoozeConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, now, _) => ConversationCore.Snooze(state, request, caller, now));

    public Task<ConversationReply> ResolveAsync(ResolveConversationRequest request, long closeAfterMs, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, now, _) => ConversationCore.Resolve(state, caller, now + TimeSpan.FromMilliseconds(closeAfterMs)));

    public Task<ConversationReply> ReopenAsync(ReopenConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _, _) => ConversationCore.Reopen(state, caller));

    public Task<ConversationReply> CloseAsync(CloseConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, now, _) => ConversationCore.Close(state, caller, now));

    public Task<ConversationReply> UpdateAsync(UpdateConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _, _) => ConversationCore.Update(state, request, caller));

    public Task<ConversationReply> MarkReadAsync(MarkReadRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _, _) => ConversationCore.MarkRead(state, request, caller));

    public async Task<EmptyReply> EraseAsync()
    {
        if (Working.Exists && !Working.Summary.Erased)
        {
            var rejection = await ActAsync((state, now, _) => ConversationCore.Erase(state, now));
            if (rejection is not null) return new EmptyReply { Rejection = rejection };
        }

        if (!await WhenSettledAsync()) return new EmptyReply { Rejection = Rejections.FenceLost() };
        Key?.Dispose();
        Key = null;
        await Context.Journal.DeleteSnapshotAsync(Stream);
        return new EmptyReply();
    }

    private async Task<bool> FindKeyAsync(string customer) =>
        !Working.Summary.Erased && await EnsureKeyAsync(KeyVault.CustomerOwner(customer));
}
