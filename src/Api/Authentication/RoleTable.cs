using System.Collections.Frozen;
using Engine.Api.Errors;
using Role = Engine.V1.Role;
using static Engine.Api.Authentication.Roles;

namespace Engine.Api.Authentication;

/// <summary>
/// Who may call what: all of it in one table, to be read by people. A method that does not stand here is refused; a test
/// holds the table against the services, so that a new method cannot be forgotten.
/// </summary>
internal static class RoleTable
{
    private const Roles Staff = Admin | Agent | Integration;
    private const Roles Programs = Admin | Integration;
    private const Roles Reactors = Admin | Integration | ReadOnly;

    private static readonly FrozenDictionary<string, Roles> Allowed = new Dictionary<string, Roles>
    {
        ["/engine.v1.ConversationService/StartConversation"] = Staff,
        ["/engine.v1.ConversationService/GetConversation"] = Everyone,
        ["/engine.v1.ConversationService/ListConversations"] = Everyone,
        ["/engine.v1.ConversationService/SendMessage"] = Staff,
        ["/engine.v1.ConversationService/AddNote"] = Staff,
        ["/engine.v1.ConversationService/ListMessages"] = Everyone,
        ["/engine.v1.ConversationService/AssignConversation"] = Staff,
        ["/engine.v1.ConversationService/TransferConversation"] = Staff,
        ["/engine.v1.ConversationService/ReleaseConversation"] = Staff,
        ["/engine.v1.ConversationService/SnoozeConversation"] = Staff,
        ["/engine.v1.ConversationService/ResolveConversation"] = Staff,
        ["/engine.v1.ConversationService/ReopenConversation"] = Staff,
        ["/engine.v1.ConversationService/CloseConversation"] = Staff,
        ["/engine.v1.ConversationService/UpdateConversation"] = Staff,
        ["/engine.v1.ConversationService/MarkRead"] = Staff,
        ["/engine.v1.ConversationService/WatchConversation"] = Everyone,
        ["/engine.v1.ConversationService/RequestCallback"] = Staff,
        ["/engine.v1.ConversationService/GetCallback"] = Everyone,
        ["/engine.v1.ConversationService/EndCallback"] = Staff,
        ["/engine.v1.ConversationService/StartLive"] = Staff,
        ["/engine.v1.ConversationService/EndLive"] = Staff,
        ["/engine.v1.ConversationService/SignalActivity"] = Staff,
        ["/engine.v1.ConversationService/WatchActivity"] = Everyone,

        ["/engine.v1.CustomerService/CreateCustomer"] = Staff,
        ["/engine.v1.CustomerService/GetCustomer"] = Everyone,
        ["/engine.v1.CustomerService/UpdateCustomer"] = Staff,
        ["/engine.v1.CustomerService/ListCustomers"] = Everyone,
        ["/engine.v1.CustomerService/LookupCustomer"] = Everyone,
        ["/engine.v1.CustomerService/ListTimeline"] = Everyone,
        ["/engine.v1.CustomerService/EraseCustomer"] = Programs,
        ["/engine.v1.CustomerService/ExportCustomer"] = Everyone,

        ["/engine.v1.AgentService/CreateAgent"] = Admin,
        ["/engine.v1.AgentService/GetAgent"] = Everyone,
        ["/engine.v1.AgentService/UpdateAgent"] = Admin,
        ["/engine.v1.AgentService/ListAgents"] = Everyone,
        ["/engine.v1.AgentService/SetPresence"] = Staff,
        ["/engine.v1.AgentService/WatchInbox"] = Everyone,
        ["/engine.v1.AgentService/AcceptOffer"] = Staff,
        ["/engine.v1.AgentService/DeclineOffer"] = Staff,

        ["/engine.v1.QueueService/CreateQueue"] = Admin,
        ["/engine.v1.QueueService/GetQueue"] = Everyone,
        ["/engine.v1.QueueService/ListQueues"] = Everyone,
        ["/engine.v1.QueueService/UpdateQueue"] = Admin,
        ["/engine.v1.QueueService/GetQueueStatus"] = Everyone,
        ["/engine.v1.QueueService/GetRoutingSettings"] = Everyone,
        ["/engine.v1.QueueService/UpdateRoutingSettings"] = Admin,
        ["/engine.v1.QueueService/ExplainAssignment"] = Everyone,
        ["/engine.v1.QueueService/DryRunRouting"] = Admin,

        ["/engine.v1.SlaService/CreateSlaPolicy"] = Admin,
        ["/engine.v1.SlaService/GetSlaPolicy"] = Everyone,
        ["/engine.v1.SlaService/ListSlaPolicies"] = Everyone,
        ["/engine.v1.SlaService/UpdateSlaPolicy"] = Admin,
        ["/engine.v1.SlaService/DeleteSlaPolicy"] = Admin,
        ["/engine.v1.SlaService/CreateCalendar"] = Admin,
        ["/engine.v1.SlaService/GetCalendar"] = Everyone,
        ["/engine.v1.SlaService/ListCalendars"] = Everyone,
        ["/engine.v1.SlaService/UpdateCalendar"] = Admin,
        ["/engine.v1.SlaService/DeleteCalendar"] = Admin,
        ["/engine.v1.SlaService/ExplainSla"] = Everyone,
        ["/engine.v1.SlaService/DryRunSla"] = Admin,
        ["/engine.v1.SlaService/GetSlaReport"] = Everyone,
        ["/engine.v1.SlaService/GetExpectationSettings"] = Everyone,
        ["/engine.v1.SlaService/UpdateExpectationSettings"] = Admin,

        ["/engine.v1.InboundService/ReceiveMessage"] = Programs,

        ["/engine.v1.EventService/WatchEvents"] = Reactors,
        ["/engine.v1.EventService/AcknowledgeEvents"] = Programs,
        ["/engine.v1.EventService/ListConsumers"] = Reactors,
        ["/engine.v1.EventService/DeleteConsumer"] = Programs,

        ["/engine.v1.WorkspaceService/CreateWorkspace"] = Admin,
        ["/engine.v1.WorkspaceService/GetWorkspace"] = Everyone,
        ["/engine.v1.WorkspaceService/ListWorkspaces"] = Admin,
        ["/engine.v1.WorkspaceService/UpdateWorkspace"] = Admin,
        ["/engine.v1.WorkspaceService/CreateKey"] = Admin,
        ["/engine.v1.WorkspaceService/ListKeys"] = Admin,
        ["/engine.v1.WorkspaceService/RevokeKey"] = Admin,
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> OperatorOnly =
    [
        "/engine.v1.ClusterService/GetClusterStatus",
        "/engine.v1.ClusterService/ListMembers",
        "/engine.v1.ClusterService/ListActivations",
        "/engine.v1.ClusterService/GetConsumerLag",
        "/engine.v1.ClusterService/DrainServer",
    ];

    private static readonly FrozenSet<string> Open =
    [
        "/grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/Watch",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    ];

    /// <summary>Methods that need a workspace's key, by full name.</summary>
    public static IEnumerable<string> Methods => Allowed.Keys;

    /// <summary>Methods that need none.</summary>
    public static IEnumerable<string> OpenMethods => Open;

    /// <summary>Methods that need the operator's key.</summary>
    public static IEnumerable<string> OperatorMethods => OperatorOnly;

    public static bool IsOperators(string method) => OperatorOnly.Contains(method);

    public static bool IsOpen(string method) => Open.Contains(method);

    public static bool IsKnown(string method) => Allowed.ContainsKey(method) || Open.Contains(method) || OperatorOnly.Contains(method);

    public static Roles RolesFor(string method) => Allowed.GetValueOrDefault(method);

    /// <exception cref="RejectedException">The role may not call the method.</exception>
    public static void Require(string method, Principal principal)
    {
        if ((RolesFor(method) & SetOf(principal.Role)) != None) return;
        throw Refuse.Forbidden(
            Reasons.RoleNotAllowed,
            "The key's role may not call this method.",
            ("method", method),
            ("role", Proto.Name(principal.Role)));
    }

    private static Roles SetOf(Role role) => role switch
    {
        Role.Admin => Admin,
        Role.Agent => Agent,
        Role.Integration => Integration,
        Role.ReadOnly => ReadOnly,
        _ => None,
    };
}
