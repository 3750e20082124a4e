using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Reflection;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Api.Tests.Authentication;

public sealed class RoleTableTests
{
    [Fact]
    public void Every_method_of_every_service_stands_in_the_table_and_nothing_else()
    {
        var methods = DescriptorIndex.Services
            .SelectMany(s => s.Methods)
            .Select(m => $"/{m.Service.FullName}/{m.Name}")
            .Order(StringComparer.Ordinal);
        Assert.Equal(methods, RoleTable.Methods.Concat(RoleTable.OperatorMethods).Concat(RoleTable.OpenMethods).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_method_is_for_administrators_at_least()
    {
        Assert.All(RoleTable.Methods, m => Assert.True(RoleTable.RolesFor(m).HasFlag(Roles.Admin), m));
    }

    [Fact]
    public void Read_only_keys_call_nothing_that_takes_a_request_id()
    {
        var mutations = DescriptorIndex.Services
            .SelectMany(s => s.Methods)
            .Where(m => m.InputType.FindFieldByName("request_id") is not null)
            .Select(m => $"/{m.Service.FullName}/{m.Name}")
            .ToList();
        Assert.True(mutations.Count > 20);
        Assert.All(mutations, m => Assert.False(RoleTable.RolesFor(m).HasFlag(Roles.ReadOnly), m));
    }

    [Theory]
    [InlineData("/engine.v1.WorkspaceService/CreateKey", Role.Integration)]
    [InlineData("/engine.v1.WorkspaceService/ListKeys", Role.ReadOnly)]
    [InlineData("/engine.v1.AgentService/UpdateAgent", Role.Agent)]
    [InlineData("/engine.v1.InboundService/ReceiveMessage", Role.Agent)]
    [InlineData("/engine.v1.EventService/WatchEvents", Role.Agent)]
    [InlineData("/engine.v1.EventService/AcknowledgeEvents", Role.ReadOnly)]
    [InlineData("/engine.v1.CustomerService/EraseCustomer", Role.Agent)]
    [InlineData("/engine.v1.ConversationService/SendMessage", Role.Unspecified)]
    [InlineData("/engine.v1.ConversationService/NoSuchMethod", Role.Admin)]
    public void What_a_role_may_not_is_refused(string method, Role role)
    {
        var principal = new Principal(new Caller { Workspace = "shop", Key = "k", Role = role }, isFirstWorkspace: true, default);
        var refused = Assert.Throws<RejectedException>(() => RoleTable.Require(method, principal));
        Assert.Equal(RejectionKind.Forbidden, refused.Rejection.Kind);
        Assert.Equal(Reasons.RoleNotAllowed, refused.Rejection.Reason);
        Assert.Equal(method, refused.Rejection.Metadata["method"]);
    }

    [Theory]
    [InlineData(Role.Agent, AuthorType.Agent, true)]
    [InlineData(Role.Agent, AuthorType.Unspecified, true)]
    [InlineData(Role.Agent, AuthorType.Customer, false)]
    [InlineData(Role.Agent, AuthorType.Bot, false)]
    [InlineData(Role.Integration, AuthorType.Customer, true)]
    [InlineData(Role.Integration, AuthorType.Bot, true)]
    [InlineData(Role.Integration, AuthorType.Agent, false)]
    [InlineData(Role.Admin, AuthorType.Agent, false)]
    public void Nobody_speaks_as_another(Role role, AuthorType type, bool isAllowed)
    {
        var principal = new Principal(new Caller { Workspace = "shop", Key = "k", Role = role, Agent = "ana" }, isFirstWorkspace: false, default);
        if (isAllowed) principal.RequireAuthor(type);
        else Assert.Equal(Reasons.AuthorTypeNotAllowed, Assert.Throws<RejectedException>(() => principal.RequireAuthor(type)).Rejection.Reason);
    }

    [Theory]
    [InlineData(Role.Agent, "agents/ana", true)]
    [InlineData(Role.Agent, "agents/banana", false)]
    [InlineData(Role.Agent, "agents/bob", false)]
    [InlineData(Role.Integration, "agents/bob", true)]
    public void An_agents_key_acts_as_its_agent(Role role, string agent, bool isAllowed)
    {
        var principal = new Principal(new Caller { Workspace = "shop", Key = "k", Role = role, Agent = role == Role.Agent ? "ana" : "" }, false, default);
        if (isAllowed) principal.RequireOwnAgent(agent);
        else Assert.Equal(Reasons.NotOwnAgent, Assert.Throws<RejectedException>(() => principal.RequireOwnAgent(agent)).Rejection.Reason);
    }
}
