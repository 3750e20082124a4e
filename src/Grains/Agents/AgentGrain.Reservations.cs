using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Agents;

internal sealed partial class AgentGrain
{
    public Task<ReserveReply> ReserveAsync(ReserveCommand command) => throw new NotImplementedException();

    public Task<ReserveReply> SettleAsync(SettleReservationCommand command) => throw new NotImplementedException();

    public Task<ReserveReply> AcceptAsync(AcceptOfferRequest request, Caller caller) => throw new NotImplementedException();

    public Task<ReserveReply> DeclineAsync(DeclineOfferRequest request, Caller caller) => throw new NotImplementedException();

    public Task<ReserveReply> GetOfferAsync(string offer) => throw new NotImplementedException();

    public Task<ReserveReply> GetRoutingAsync() => throw new NotImplementedException();
}
