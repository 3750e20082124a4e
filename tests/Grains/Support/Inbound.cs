using Engine.Grains.Conversations;
using Engine.Grains.Customers;
using Engine.Grains.Identities;
using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Grains.Tests.Support;

/// <summary>What the API does with a received message, step by step.</summary>
internal static class Inbound
{
    public static ReceiveMessageRequest Message(string id, string address = "carla@example.com") => new()
    {
        RequestId = $"request-{id}",
        Channel = "email",
        Address = address,
        ExternalId = id,
        Content = new() { Text = $"text of {id}" },
        DisplayName = "Carla",
    };

    public static async Task<ReceiveMessageReply> ReceiveAsync(TestSilo silo, ReceiveMessageRequest request)
    {
        var keys = silo.Services.GetRequiredService<IIdentityKeys>();
        var identity = await keys.IdOfAsync(Callers.Workspace, Addresses.Normalize(new Identity { Channel = request.Channel, Address = request.Address }));
        var grain = silo.Grains.GetGrain<IIdentityGrain>($"{Callers.Workspace}/{identity}");
        var owner = await grain.FindOrClaimAsync(IdText.Derive(Callers.Workspace, "customer", identity));
        return owner.Rejection is not null
            ? new ReceiveMessageReply { Rejection = owner.Rejection }
            : await silo.Grains.GetGrain<ICustomerGrain>($"{Callers.Workspace}/{owner.Customer}").ReceiveAsync(request, Callers.Integration);
    }

    public static IConversationGrain Conversation(TestSilo silo, string name) =>
        silo.Grains.GetGrain<IConversationGrain>(ConversationId.Parse(name).Key(Callers.Workspace));

    public static async Task<IReadOnlyList<Message>> MessagesAsync(TestSilo silo, string conversation) =>
        (await Conversation(silo, conversation).ReadMessagesAsync(new() { Limit = 1_000 })).Result.Messages_;
}
