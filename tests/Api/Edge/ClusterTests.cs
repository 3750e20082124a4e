using System.Net;
using Engine.Api.Errors;
using Engine.Grains.Cluster;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Engine.Api.Tests.Edge;

public sealed class ClusterTests
{
    private static readonly SiloAddress Silo = SiloAddress.New(IPAddress.Loopback, 11111, 7);
    private readonly ScriptedGrains _grains = new();
    private readonly FakeProcess _process = new();

    public ClusterTests()
    {
        _grains.On<IManagementGrain>("GetHosts", (_, _) => Task.FromResult(new Dictionary<SiloAddress, SiloStatus> { [Silo] = SiloStatus.Active }));
        _grains.On<IManagementGrain>("GetSimpleGrainStatistics", (_, _) => Task.FromResult(new SimpleGrainStatistic[]
        {
            new() { GrainType = "Engine.Grains.Conversations.ConversationGrain", SiloAddress = Silo, ActivationCount = 5 },
        }));
        _grains.On<IProcessDirectoryGrain>("ListAsync", (_, _) =>
        {
            var list = new ProcessList();
            list.Members.Add(new Member { Name = "members/127.0.0.1-11111-7", Role = MemberRole.Silo, CallsPerSecond = 4, Serving = true });
            list.Members.Add(new Member { Name = "members/127.0.0.1-11112-6", Role = MemberRole.Silo, State = MemberState.Active });
            list.Members.Add(new Member { Name = "members/gateway-1", Role = MemberRole.Gateway, State = MemberState.Active, CallsPerSecond = 2.5 });
            return Task.FromResult(list);
        });
    }

    [Theory]
    [InlineData(null, StatusCode.Unauthenticated, Reasons.KeyMissing)]
    [InlineData("eo_another", StatusCode.Unauthenticated, Reasons.KeyInvalid)]
    [InlineData("ek_shop_admin_s", StatusCode.PermissionDenied, Reasons.OperatorKeyRequired)]
    public async Task Nothing_but_the_operators_key_opens_it(string? key, StatusCode code, string reason)
    {
        await using var host = await StartAsync();
        var client = new ClusterService.ClusterServiceClient(host.With(key).Calls);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await client.GetClusterStatusAsync(new GetClusterStatusRequest()));
        var drain = await Assert.ThrowsAsync<RpcException>(async () => await client.DrainServerAsync(new DrainServerRequest()));

        Assert.Equal(code, refused.StatusCode);
        Assert.Equal(reason, Details.Of(refused).Info.Reason);
        Assert.Equal(code, drain.StatusCode);
        Assert.Equal(0, _process.Drains);
    }

    [Fact]
    public async Task Operators_key_opens_no_workspace()
    {
        await using var host = await StartAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await host.With(FakeProcess.OperatorKey).Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest()));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Fact]
    public async Task Status_joins_membership_reports_and_the_store()
    {
        await using var host = await StartAsync();

        var status = await Client(host).GetClusterStatusAsync(new GetClusterStatusRequest());

        Assert.Empty(status.Missing);
        Assert.Equal(["members/127.0.0.1-11111-7", "members/127.0.0.1-11112-6", "members/gateway-1"], status.Members.Select(member => member.Name));
        Assert.Equal([MemberState.Active, MemberState.Dead, MemberState.Active], status.Members.Select(member => member.State));
        Assert.Equal("127.0.0.1:11111", status.Members[0].SiloAddress);
        Assert.Equal(5, status.Members[0].ActivationCount);
        Assert.Equal(6.5, status.CallsPerSecond);
        Assert.Equal(3, status.RemindersDue);
        Assert.Equal(4, Assert.Single(status.ConsumerLags).Commits);
        Assert.Equal("0.9", status.JournalEnd);
    }

    [Fact]
    public async Task Status_names_what_cannot_be_read_and_tells_the_rest()
    {
        _process.StoreFault = new JournalUnavailableException();
        _grains.On<IManagementGrain>("GetHosts", (_, _) => Task.FromException<Dictionary<SiloAddress, SiloStatus>>(new SiloUnavailableException()));
        await using var host = await StartAsync();

        var status = await Client(host).GetClusterStatusAsync(new GetClusterStatusRequest());

        Assert.Equal(["consumer_lags", "journal_end", "members", "reminders_due"], status.Missing.Select(part => part.Field).Order());
        Assert.Equal("members/me", Assert.Single(status.Members).Name);
        var lag = await Assert.ThrowsAsync<RpcException>(async () => await Client(host).GetConsumerLagAsync(new GetConsumerLagRequest()));
        Assert.Equal(StatusCode.Unavailable, lag.StatusCode);
    }

    [Fact]
    public async Task Activations_are_listed_by_type_and_member()
    {
        await using var host = await StartAsync();

        var all = await Client(host).ListActivationsAsync(new ListActivationsRequest());
        var none = await Client(host).ListActivationsAsync(new ListActivationsRequest { Member = "members/gateway-1" });
        var unknown = await Assert.ThrowsAsync<RpcException>(async () =>
            await Client(host).ListActivationsAsync(new ListActivationsRequest { Member = "members/nobody" }));

        Assert.Equal(
            new ActivationCount { Type = "Conversation", Member = "members/127.0.0.1-11111-7", Count = 5 }, Assert.Single(all.Activations));
        Assert.Empty(none.Activations);
        Assert.Equal(Reasons.MemberNotFound, Details.Of(unknown).Info.Reason);
    }

    [Fact]
    public async Task Drain_is_for_the_member_that_was_meant()
    {
        await using var host = await StartAsync();

        var other = await Assert.ThrowsAsync<RpcException>(async () =>
            await Client(host).DrainServerAsync(new DrainServerRequest { Member = "members/another" }));
        Assert.Equal(Reasons.OtherMember, Details.Of(other).Info.Reason);
        Assert.Equal("members/me", Details.Of(other).Info.Metadata["member"]);
        Assert.Equal(0, _process.Drains);

        var answer = await Client(host).DrainServerAsync(new DrainServerRequest { Member = "members/me" });
        Assert.Equal("members/me", answer.Member);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.DrainTimeout.ToTimeSpan());
        Assert.Equal(1, _process.Drains);
    }

    [Fact]
    public async Task Liveness_is_served_while_nothing_else_is()
    {
        await using var host = await StartAsync();
        var health = host.With(null).Health;

        var whole = await health.CheckAsync(new HealthCheckRequest());
        var liveness = await health.CheckAsync(new HealthCheckRequest { Service = "liveness" });

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, whole.Status);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, liveness.Status);
    }

    private static ClusterService.ClusterServiceClient Client(ApiHost host) => new(host.With(FakeProcess.OperatorKey).Calls);

    private Task<ApiHost> StartAsync() => ApiHost.StartAsync(services =>
    {
        services.AddSingleton(_grains.Factory);
        services.AddSingleton(_process);
    });
}
