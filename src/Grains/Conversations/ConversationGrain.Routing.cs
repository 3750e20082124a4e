using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Conversations;

internal sealed partial class ConversationGrain
{
    public Task<ConversationReply> AssignReservedAsync(AssignReservedCommand command, Caller caller) => ChangeAsync(
        StampOf(command), (state, now, _) => ConversationCore.AssignReserved(state, command, caller, now));

    public async Task<EmptyReply> ReturnToQueueAsync(ReturnToQueueCommand command)
    {
        var rejection = await ActAsync((state, _, _) => ConversationCore.ReturnToQueue(state, command));
        if (rejection is null || rejection.Kind == RejectionKind.Unavailable) return new EmptyReply { Rejection = rejection };
        LeaveIfAbsent();
        // What it was decided by may not be durable yet; the one who asks forgets the matter with this reply.
        return await WhenSettledAsync() ? new EmptyReply() : new EmptyReply { Rejection = Rejections.FenceLost() };
    }

    public async Task<EmptyReply> RecomputePromisesAsync(long catalogVersion)
    {
        var rejection = await ActAsync((state, _, _) => ConversationCore.Review(state), catalogVersion, isReview: true);
        LeaveIfAbsent();
        return new EmptyReply { Rejection = rejection is { Kind: RejectionKind.Unavailable } ? rejection : null };
    }

    public Task<ConversationReply> RequestCallbackAsync(RequestCallbackRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, now, _) => ConversationCore.RequestCallback(state, request, caller, now));

    public Task<CallbackReply> GetCallbackAsync(Caller caller)
    {
        LeaveIfAbsent();
        var rejection = !Committed.Exists ? Rejections.ConversationNotFound()
            : Committed.Mode != ConversationMode.Callback || Committed.Details.PhoneNumber.Length == 0
                ? Rejections.Of(RejectionKind.NotFound, "CALLBACK_NOT_FOUND", "No call is asked for.")
            : caller.Role == Role.Agent && Committed.Summary.Assignee != caller.Agent
                ? Rejections.NotAssignee(Committed.Summary.Assignee.Length > 0 ? Ids.AgentId.Of(Committed.Summary.Assignee).Name : "")
            : null;
        return Task.FromResult(rejection is not null ? new CallbackReply { Rejection = rejection } : new CallbackReply
        {
            Result = new Callback { PhoneNumber = Committed.Details.PhoneNumber, Window = Committed.Summary.Callback },
        });
    }

    public Task<ConversationReply> EndCallbackAsync(EndCallbackRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _, _) => ConversationCore.EndCallback(state, request, caller));

    public Task<ConversationReply> StartLiveAsync(StartLiveRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _, catalog) => ConversationCore.StartLive(state, caller, catalog));

    public Task<ConversationReply> EndLiveAsync(EndLiveRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _, _) => ConversationCore.EndLive(state, caller));

    /// <summary>
    /// What a person asked for is known by the request's id, whatever reservation it was tried with; what the queue does by
    /// itself by its reservation, whose decision may be explained otherwise the next time.
    /// </summary>
    private static RequestStamp StampOf(AssignReservedCommand command) =>
        command.Transfer is { } transfer ? RequestStamp.Of(transfer.RequestId, transfer)
        : command.Assign is { } assign ? RequestStamp.Of(assign.RequestId, assign)
        : RequestStamp.Of(
            $"\nreservation\n{command.Reservation}",
            new AssignReservedCommand { Queue = command.Queue, Agent = command.Agent, Reservation = command.Reservation, Reason = command.Reason });
}
