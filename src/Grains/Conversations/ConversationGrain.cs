using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Engine.Grains.Conversations;

/// <summary>
/// The actor around <see cref="ConversationCore"/>: it seals and opens content, answers repeated requests from the journal,
/// and keeps the one reminder that wakes a snoozed or resolved conversation. The reminder only wakes; what is due is told by
/// the state, what is recorded is the computed instant.
/// </summary>
[GrainType("conversation")]
[Reentrant]
internal sealed partial class ConversationGrain(JournaledGrainContext context)
    : JournaledGrain<ConversationState, ConversationChange>(context, StreamKind, ConversationState.None), IConversationGrain, IRemindable
{
    public const string StreamKind = "conversation";

    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(20);

    public async Task<StartConversationReply> StartAsync(StartConversationCommand command, Caller caller)
    {
        var customer = CustomerId.Parse(command.Request.Customer).Value;
        if (!await FindKeyAsync(customer)) return new StartConversationReply { Rejection = Rejections.CustomerErased() };
        return await ExecuteAsync(
            RequestStamp.Of(command.Request.RequestId, command.Request),
            (state, _) => ConversationCore.Start(state, command, caller),
            SealConversation,
            (commit, version, position) => new StartConversationReply
            {
                Result = new StartConversationResponse
                {
                    Conversation = OpenConversation(commit),
                    Message = ConversationCommits.Message(Id, commit, version, Key),
                },
                Position = position.ToMessage(),
            },
            rejection => new StartConversationReply { Rejection = rejection });
    }

    public async Task<ReceiveMessageReply> ReceiveAsync(ReceiveMessageCommand command, Caller caller)
    {
        if (!await FindKeyAsync(command.Customer)) return new ReceiveMessageReply { Rejection = Rejections.CustomerErased() };
        // The channel's message id alone names the message: a request id of another attempt must not count.
        var payload = command.Request.Clone();
        payload.RequestId = "";
        return await ExecuteAsync(
            RequestStamp.Of(command.Request.RequestId, $"{command.Request.Channel}\n{command.Request.ExternalId}", payload),
            (state, _) => ConversationCore.Receive(state, command),
            null,
            (commit, version, position) => new ReceiveMessageReply
            {
                Result = new ReceiveMessageResponse
                {
                    Message = ConversationCommits.Message(Id, commit, version, Key),
                    Conversation = ConversationId.Of(Id).Name,
                    Customer = CustomerId.Of(commit.Conversation.Summary.Customer).Name,
                    ConversationStarted = version == 1,
                },
                Position = position.ToMessage(),
            },
            rejection => new ReceiveMessageReply { Rejection = rejection });
    }

    public Task<ConversationReply> GetAsync()
    {
        if (Committed.Exists) return Task.FromResult(new ConversationReply { Result = Committed.ToPublic(Id) });
        LeaveIfAbsent();
        return Task.FromResult(new ConversationReply { Rejection = Rejections.ConversationNotFound() });
    }

    public Task<MessageReply> SendMessageAsync(SendMessageRequest request, Caller caller) => AddMessageAsync(
        request.RequestId, request, (state, _) => ConversationCore.Send(state, request, caller));

    public Task<MessageReply> AddNoteAsync(AddNoteRequest request, Caller caller) => AddMessageAsync(
        request.RequestId, request, (state, _) => ConversationCore.AddNote(state, request, caller));

    public Task<ConversationReply> AssignAsync(AssignConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _) => ConversationCore.Assign(state, request, caller));

    public Task<ConversationReply> TransferAsync(TransferConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _) => ConversationCore.Transfer(state, request, caller));

    public Task<ConversationReply> ReleaseAsync(ReleaseConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _) => ConversationCore.Release(state, caller));

    public Task<ConversationReply> SnoozeAsync(SnoozeConversationRequest request, Caller caller)
    {
        var isRefused = ConversationCore.Snooze(Working, request, caller, Now).IsRejected;
        return isRefused ? Snooze() : WithReminderAsync(request.UntilTime.ToDateTimeOffset(), Snooze);
        Task<ConversationReply> Snooze() =>
            ChangeAsync(request.RequestId, request, (state, now) => ConversationCore.Snooze(state, request, caller, now));
    }

    public Task<ConversationReply> ResolveAsync(ResolveConversationRequest request, long closeAfterMs, Caller caller)
    {
        var closeAfter = TimeSpan.FromMilliseconds(closeAfterMs);
        var isRefused = ConversationCore.Resolve(Working, caller, Now + closeAfter).IsRejected;
        return isRefused ? Resolve() : WithReminderAsync(Now + closeAfter, Resolve);
        Task<ConversationReply> Resolve() =>
            ChangeAsync(request.RequestId, request, (state, now) => ConversationCore.Resolve(state, caller, now + closeAfter));
    }

    public Task<ConversationReply> ReopenAsync(ReopenConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _) => ConversationCore.Reopen(state, caller));

    public Task<ConversationReply> CloseAsync(CloseConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, now) => ConversationCore.Close(state, caller, now));

    public Task<ConversationReply> UpdateAsync(UpdateConversationRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _) => ConversationCore.Update(state, request, caller));

    public Task<ConversationReply> MarkReadAsync(MarkReadRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _) => ConversationCore.MarkRead(state, request, caller));

    public async Task<EmptyReply> EraseAsync()
    {
        if (Working.Exists && !Working.Summary.Erased)
        {
            var rejection = await ExecuteAsync(
                RequestStamp.None, (state, now) => ConversationCore.Erase(state, now), null, (_, _, _) => (Rejection?)null, r => r);
            if (rejection is not null) return new EmptyReply { Rejection = rejection };
        }

        if (!await WhenSettledAsync()) return new EmptyReply { Rejection = Rejections.FenceLost() };
        Key?.Dispose();
        Key = null;
        await Context.Journal.DeleteSnapshotAsync(Stream);
        return new EmptyReply();
    }

    private Task<MessageReply> AddMessageAsync(
        string requestId, IMessage request, Func<ConversationState, DateTimeOffset, Decision<ConversationChange>> decide) => ExecuteAsync(
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

    private Task<ConversationReply> ChangeAsync(
        string requestId, IMessage request, Func<ConversationState, DateTimeOffset, Decision<ConversationChange>> decide) => ExecuteAsync(
        RequestStamp.Of(requestId, request),
        decide,
        SealConversation,
        (commit, _, position) => Key is null
            ? new ConversationReply { Rejection = Rejections.CustomerErased() }
            : new ConversationReply { Result = OpenConversation(commit), Position = position.ToMessage() },
        rejection =>
        {
            LeaveIfAbsent();
            return new ConversationReply { Rejection = rejection };
        });

    /// <summary>The reply is the conversation after the commit, which later commits change: it is stored along, sealed.</summary>
    private void SealConversation(ConversationState after, Commit commit, long version) =>
        commit.Reply = Key!.Seal(after.ToPublic(Id), Purposes.Reply);

    private Conversation? OpenConversation(Commit commit) => Key?.Open(commit.Reply, Conversation.Parser, Purposes.Reply);

    private async Task<bool> FindKeyAsync(string customer) =>
        !Working.Summary.Erased && await EnsureKeyAsync(KeyVault.CustomerOwner(customer));
}
