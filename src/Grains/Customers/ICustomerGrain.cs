using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Customers;

/// <summary>
/// One customer; key <c>workspace/customer</c>. Owns the profile and which conversations there are: finding or starting
/// the right one is serialised here. Calls identities and conversations; these call nobody.
/// </summary>
public interface ICustomerGrain : IGrainWithStringKey
{
    /// <summary>Creates the customer, claiming the identities first.</summary>
    Task<CustomerReply> CreateAsync([Immutable] CreateCustomerRequest request, [Immutable] Caller caller);

    Task<CustomerReply> GetAsync();

    Task<CustomerReply> UpdateAsync([Immutable] UpdateCustomerRequest request, [Immutable] Caller caller);

    Task<StartConversationReply> StartConversationAsync([Immutable] StartConversationRequest request, [Immutable] Caller caller);

    /// <summary>Appends a message to the conversation current on its channel, starting one where needed; creates the customer when new.</summary>
    Task<ReceiveMessageReply> ReceiveAsync([Immutable] ReceiveMessageRequest request, [Immutable] Caller caller);

    /// <summary>
    /// A customer's message to a named conversation that turned out closed: goes to its successor, started where needed.
    /// </summary>
    Task<MessageReply> SendToSuccessorAsync([Immutable] SendMessageRequest request, [Immutable] Caller caller);

    Task<CustomerConversationsReply> ListConversationsAsync();

    /// <summary>Erases the customer; goes on after a crash by itself.</summary>
    Task<EraseCustomerReply> EraseAsync([Immutable] EraseCustomerRequest request, [Immutable] Caller caller);
}
