using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Conversations;

internal sealed partial class ConversationGrain
{
    public Task<ConversationReply> AssignReservedAsync(AssignReservedCommand command, Caller caller) => throw new NotImplementedException();

    public Task<EmptyReply> ReturnToQueueAsync(ReturnToQueueCommand command) => throw new NotImplementedException();

    public Task<EmptyReply> RecomputePromisesAsync(long catalogVersion) => throw new NotImplementedException();

    public Task<ConversationReply> RequestCallbackAsync(RequestCallbackRequest request, Caller caller) => throw new NotImplementedException();

    public Task<CallbackReply> GetCallbackAsync(Caller caller) => throw new NotImplementedException();

    public Task<ConversationReply> EndCallbackAsync(EndCallbackRequest request, Caller caller) => throw new NotImplementedException();

    public Task<ConversationReply> StartLiveAsync(StartLiveRequest request, Caller caller) => throw new NotImplementedException();

    public Task<ConversationReply> EndLiveAsync(EndLiveRequest request, Caller caller) => throw new NotImplementedException();
}
