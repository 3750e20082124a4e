using System.Collections.Immutable;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using CustomerEvent = Engine.Internal.V1.CustomerEvent;

namespace Engine.Grains.Customers;

/// <summary>
/// A customer as a pure state machine: data, and the list of conversations in the order they were opened. Which
/// conversation a message belongs to is decided here and nowhere else, so a customer who writes fifty messages at once has
/// one conversation.
/// </summary>
public static class CustomerCore
{
    private const int ReleasedMax = 50;
    private const int TierLengthMax = 64;

    /// <param name="identities">Ids of the given identities, already claimed.</param>
    public static Decision<CustomerChange> Create(CustomerState state, Customer given, IReadOnlyList<string> identities, Caller caller, DateTimeOffset now)
    {
        if (Gone(state) is { } gone) return gone;
        if (state.Exists) return Rejections.Of(RejectionKind.Exists, "CUSTOMER_EXISTS", "There is a customer of this id.");
        if (TierFault(given.Tier) is { } fault) return fault;
        return Changed(Authors.Of(caller), Clean(given, now), identities, created: true);
    }

    public static Decision<CustomerChange> Update(
        CustomerState state, UpdateCustomerRequest request, IReadOnlyList<string> identities, Caller caller, DateTimeOffset now)
    {
        if (Missing(state) is { } missing) return missing;
        var given = request.Customer;
        if (given.Etag.Length > 0 && given.Etag != state.Etag) return Rejections.EtagMismatch(state.Etag);
        var record = state.Record.Clone();
        foreach (var path in request.UpdateMask.Paths)
        {
            switch (path)
            {
                case "display_name": record.DisplayName = given.DisplayName; break;
                case "language": record.Language = given.Language; break;
                case "tier":
                    if (TierFault(given.Tier) is { } fault) return fault;
                    record.Tier = given.Tier;
                    break;
                case "identities": Replace(record.Identities, given.Identities); break;
                case "orders": Replace(record.Orders, given.Orders); break;
                case "consents": Replace(record.Consents, given.Consents); break;
                default:
                    if (!AttributeMask.Apply(path, given.Attributes, record.Attributes))
                        return Rejections.Invalid("update_mask", "UNKNOWN_PATH", "The mask names something that cannot be changed.");
                    break;
            }
        }

        if (record.Attributes.Count > AttributeMask.AttributesMax)
            return Rejections.Invalid("customer.attributes", "TOO_MANY", $"At most {AttributeMask.AttributesMax} attributes.");
        return Changed(Authors.Of(caller), Clean(record, now), identities, created: false);
    }

    /// <summary>A customer met through a channel: created, or given the identity it was found by.</summary>
    public static Decision<CustomerChange> Meet(CustomerState state, ReceiveMessageRequest request, string identity)
    {
        if (Gone(state) is { } gone) return gone;
        var record = state.Record.Clone();
        if (!state.Exists)
        {
            record.DisplayName = request.DisplayName;
            record.Language = request.Language;
        }

        record.Identities.Add(new Identity { Channel = request.Channel, Address = request.Address });
        return Changed(new Author { Type = AuthorType.System }, record, [.. state.Identities, identity], created: !state.Exists);
    }

    /// <summary>Opens a conversation: records it before it exists, so that a crash between leaves it findable.</summary>
    public static Decision<CustomerChange> Open(CustomerState state, string conversation, string channel, string predecessor, Author author)
    {
        if (Missing(state) is { } missing) return missing;
        return new CustomerChange(author, [new CustomerEvent
        {
            ConversationOpened = new ConversationOpened { Conversation = conversation, Channel = channel, Predecessor = predecessor },
        }]);
    }

    public static Decision<CustomerChange> StartErasure(CustomerState state, Caller caller) =>
        Missing(state) is { } missing
            ? missing
            : new CustomerChange(Authors.Of(caller), [new CustomerEvent { ErasureStarted = new ErasureStarted() }]);

    public static Decision<CustomerChange> FinishErasure(CustomerState state) =>
        state.EraseTime is null || state.Erased
            ? Rejections.Of(RejectionKind.Precondition, "NOT_ERASING", "No erasure is under way.")
            : new CustomerChange(
                new Author { Type = AuthorType.System },
                [new CustomerEvent { ErasureDone = new ErasureDone { Conversations = state.Conversations.Count } }]);

    /// <summary>State after one commit.</summary>
    /// <param name="record">The data after it, when it changed and can be opened.</param>
    public static CustomerState Apply(CustomerState state, long version, Timestamp time, IReadOnlyList<CustomerEvent> events, Customer? record)
    {
        state = state with { Version = version, CreateTime = state.CreateTime ?? time };
        foreach (var e in events)
        {
            state = e.EventCase switch
            {
                CustomerEvent.EventOneofCase.Changed => state with
                {
                    Record = record ?? state.Record,
                    Identities = [.. e.Changed.Identities],
                    ReleasedIdentities = Released(state, e.Changed.Identities),
                    UpdateTime = time,
                    DataVersion = version,
                },
                CustomerEvent.EventOneofCase.ConversationOpened => state with
                {
                    Conversations = state.Conversations.Add(new CustomerConversation
                    {
                        Conversation = e.ConversationOpened.Conversation,
                        Channel = e.ConversationOpened.Channel,
                        OpenTime = time,
                    }),
                },
                CustomerEvent.EventOneofCase.ErasureStarted => state with { Record = new Customer(), EraseTime = time },
                CustomerEvent.EventOneofCase.ErasureDone => state with { Erased = true },
                _ => state,
            };
        }

        return state;
    }

    public static Rejection? Missing(CustomerState state) => Gone(state) ?? (state.Exists ? null : Rejections.CustomerNotFound());

    /// <summary>It is stored readable with conversations, so its alphabet leaves no room for an address.</summary>
    private static Rejection? TierFault(string tier) =>
        tier.Length <= TierLengthMax && tier.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
            ? null
            : Rejections.Invalid("customer.tier", "INVALID_TIER", $"At most {TierLengthMax} bytes of lower-case letters, digits, '-' and '_'.");

    private static Rejection? Gone(CustomerState state) => state.EraseTime is null ? null : Rejections.CustomerErased();

    private static CustomerChange Changed(Author author, Customer record, IReadOnlyList<string> identities, bool created)
    {
        var changed = new CustomerChanged { Created = created };
        changed.Identities.AddRange(identities.Distinct());
        return new CustomerChange(author, [new CustomerEvent { Changed = changed }], record);
    }

    private static ImmutableArray<string> Released(CustomerState state, IReadOnlyCollection<string> now)
    {
        var released = state.ReleasedIdentities.Concat(state.Identities).Except(now).ToImmutableArray();
        return released.Length > ReleasedMax ? released[^ReleasedMax..] : released;
    }

    /// <summary>What a client may set; addresses in their one spelling.</summary>
    private static Customer Clean(Customer given, DateTimeOffset now)
    {
        var record = new Customer { DisplayName = given.DisplayName, Language = given.Language, Tier = given.Tier };
        record.Identities.AddRange(given.Identities.Select(Identities.Addresses.Normalize).Distinct());
        record.Attributes.Add(given.Attributes);
        record.Orders.AddRange(given.Orders);
        foreach (var consent in given.Consents)
        {
            var dated = consent.Clone();
            dated.Time ??= Timestamp.FromDateTimeOffset(now);
            record.Consents.Add(dated);
        }

        return record;
    }

    private static void Replace<T>(Google.Protobuf.Collections.RepeatedField<T> target, IEnumerable<T> values)
    {
        var copy = values.ToList();
        target.Clear();
        target.AddRange(copy);
    }
}
