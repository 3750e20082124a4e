using Engine.Api.Cluster;
using Engine.Api.Errors;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Engine.Api.Services;

/// <summary>ClusterService.</summary>
internal sealed class ClusterApi(ClusterReader reader, IProcess process) : ClusterService.ClusterServiceBase
{
    public override Task<ClusterStatus> GetClusterStatus(GetClusterStatusRequest request, ServerCallContext context) =>
        reader.ReadStatusAsync(context.CancellationToken);

    public override async Task<ListMembersResponse> ListMembers(ListMembersRequest request, ServerCallContext context)
    {
        var response = new ListMembersResponse();
        response.Members.AddRange(await reader.ReadMembersAsync(context.CancellationToken));
        return response;
    }

    public override async Task<ListActivationsResponse> ListActivations(ListActivationsRequest request, ServerCallContext context)
    {
        var response = new ListActivationsResponse();
        var activations = await reader.ReadActivationsAsync(context.CancellationToken);
        if (request.Member.Length > 0)
        {
            var members = await reader.ReadMembersAsync(context.CancellationToken);
            if (!members.Any(member => member.Name == request.Member))
                throw Refuse.NotFound(Reasons.MemberNotFound, "There is no such member.");
        }

        response.Activations.AddRange(activations.Where(count => request.Member.Length == 0 || count.Member == request.Member));
        return response;
    }

    public override async Task<GetConsumerLagResponse> GetConsumerLag(GetConsumerLagRequest request, ServerCallContext context)
    {
        var response = new GetConsumerLagResponse();
        response.ConsumerLags.AddRange(await reader.ReadLagsAsync(context.CancellationToken));
        return response;
    }

    public override Task<DrainServerResponse> DrainServer(DrainServerRequest request, ServerCallContext context)
    {
        if (request.Member.Length > 0 && request.Member != process.Name)
        {
            throw Refuse.Precondition(
                Reasons.OtherMember, "Another member has answered; call the one that is meant directly.", ("member", process.Name));
        }

        process.Drain();
        return Task.FromResult(new DrainServerResponse
        {
            Member = process.Name, DrainTimeout = Duration.FromTimeSpan(process.DrainTimeout),
        });
    }
}
