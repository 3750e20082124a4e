using Engine.Api.Authentication;
using Engine.Api.Caching;
using Engine.Api.Forwarding;
using Engine.Api.Services;
using Engine.V1;

namespace Engine.Api.Signals;

/// <summary>
/// Whose a conversation is. That never changes and conversations are never deleted, so it is remembered: a signal of typing
/// costs no call to the conversation.
/// </summary>
internal sealed class ConversationPeople(IGrainFactory grains)
{
    private const int ConversationsMax = 16_384;

    private readonly BoundedCache<string, string> _customers = new(ConversationsMax);

    /// <summary>The conversation's customer, <c>customers/{customer}</c>.</summary>
    /// <exception cref="Errors.RejectedException">CONVERSATION_NOT_FOUND in this workspace.</exception>
    public async ValueTask<string> CustomerOfAsync(string workspace, string conversation, CancellationToken cancellationToken)
    {
        var place = ActivityHub.PlaceOf(workspace, conversation);
        if (_customers.TryGet(place, out var customer)) return customer;
        var reply = await grains.Conversation(workspace, conversation).GetAsync().WaitAsync(cancellationToken);
        customer = Forwarder.ResultOf(ReplyShape.Conversation, reply).Customer;
        _customers.Set(place, customer);
        return customer;
    }

    /// <summary>As whom a key signals: its agent, or else the customer unless it says BOT.</summary>
    public static Author AuthorOf(Principal principal, AuthorType type, string customer) => (principal.Role, type) switch
    {
        (Role.Agent, _) => new Author { Type = AuthorType.Agent, Name = $"agents/{principal.Agent}" },
        (_, AuthorType.Bot) => new Author { Type = AuthorType.Bot, Name = $"keys/{principal.Caller.Key}" },
        _ => new Author { Type = AuthorType.Customer, Name = customer },
    };
}
