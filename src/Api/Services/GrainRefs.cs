using Engine.Grains.Agents;
using Engine.Grains.Catalogs;
using Engine.Grains.Conversations;
using Engine.Grains.Customers;
using Engine.Grains.Identities;
using Engine.Grains.Routing;
using Engine.Grains.Workspaces;

namespace Engine.Api.Services;

/// <summary>
/// Grains by the names in requests. The workspace always comes from the caller's key, so a request cannot reach another
/// one's, whatever it names. Names have been checked before.
/// </summary>
internal static class GrainRefs
{
    public static IConversationGrain Conversation(this IGrainFactory grains, string workspace, string name) =>
        grains.GetGrain<IConversationGrain>(KeyOf(workspace, "conversations/", name));

    public static ICustomerGrain Customer(this IGrainFactory grains, string workspace, string name) =>
        grains.GetGrain<ICustomerGrain>(KeyOf(workspace, "customers/", name));

    public static ICustomerGrain CustomerById(this IGrainFactory grains, string workspace, string id) =>
        grains.GetGrain<ICustomerGrain>(string.Concat(workspace, "/", id));

    public static IAgentGrain Agent(this IGrainFactory grains, string workspace, string name) =>
        grains.GetGrain<IAgentGrain>(KeyOf(workspace, "agents/", name));

    public static IAgentGrain AgentById(this IGrainFactory grains, string workspace, string id) =>
        grains.GetGrain<IAgentGrain>(string.Concat(workspace, "/", id));

    public static IQueueGrain Queue(this IGrainFactory grains, string workspace, string name) =>
        grains.GetGrain<IQueueGrain>(KeyOf(workspace, "queues/", name));

    public static IQueueGrain QueueById(this IGrainFactory grains, string workspace, string id) =>
        grains.GetGrain<IQueueGrain>(string.Concat(workspace, "/", id));

    public static ICatalogGrain Catalog(this IGrainFactory grains, string workspace) =>
        grains.GetGrain<ICatalogGrain>(string.Concat(workspace, "/catalog"));

    public static IIdentityGrain Identity(this IGrainFactory grains, string workspace, string identity) =>
        grains.GetGrain<IIdentityGrain>(string.Concat(workspace, "/", identity));

    public static IWorkspaceGrain Workspace(this IGrainFactory grains, string workspace) => grains.GetGrain<IWorkspaceGrain>(workspace);

    private static string KeyOf(string workspace, string prefix, string name) =>
        string.Concat(workspace, "/", name.AsSpan(prefix.Length));
}
