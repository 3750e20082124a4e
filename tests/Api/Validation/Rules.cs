using Engine.Api.Errors;
using Engine.Api.Validation;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;

namespace Engine.Api.Tests.Validation;

/// <summary>Runs the check that belongs to a request.</summary>
internal static class Rules
{
    /// <summary>The refusal, or null when the request is well.</summary>
    public static Rejection? Refusal(IMessage request, DateTimeOffset now = default)
    {
        try
        {
            Check(request, now);
            return null;
        }
        catch (RejectedException e)
        {
            return e.Rejection;
        }
    }

    /// <summary>Faults as <c>path REASON</c>, in order.</summary>
    public static string[] Faults(IMessage request, DateTimeOffset now = default) => [.. Refusal(request, now)?.Fields.Select(f => $"{f.Field} {f.Reason}") ?? []];

    private static void Check(IMessage message, DateTimeOffset now)
    {
        switch (message)
        {
            case StartConversationRequest r: ConversationRules.Check(r); break;
            case ListConversationsRequest r: ConversationRules.Check(r); break;
            case SendMessageRequest r: ConversationRules.Check(r); break;
            case AddNoteRequest r: ConversationRules.Check(r); break;
            case ListMessagesRequest r: ConversationRules.Check(r); break;
            case TransferConversationRequest r: ConversationRules.Check(r); break;
            case SnoozeConversationRequest r: ConversationRules.Check(r); break;
            case UpdateConversationRequest r: ConversationRules.Check(r); break;
            case MarkReadRequest r: ConversationRules.Check(r); break;
            case WatchConversationRequest r: ConversationRules.Check(r); break;
            case CreateCustomerRequest r: CustomerRules.Check(r); break;
            case UpdateCustomerRequest r: CustomerRules.Check(r); break;
            case LookupCustomerRequest r: CustomerRules.Check(r); break;
            case ReceiveMessageRequest r: CustomerRules.Check(r); break;
            case CreateAgentRequest r: AgentRules.Check(r); break;
            case UpdateAgentRequest r: AgentRules.Check(r); break;
            case SetPresenceRequest r: AgentRules.Check(r); break;
            case AcceptOfferRequest r: AgentRules.Check(r); break;
            case DeclineOfferRequest r: AgentRules.Check(r); break;
            case CreateQueueRequest r: QueueRules.Check(r); break;
            case UpdateQueueRequest r: QueueRules.Check(r); break;
            case UpdateRoutingSettingsRequest r: QueueRules.Check(r); break;
            case ExplainAssignmentRequest r: QueueRules.Check(r); break;
            case DryRunRoutingRequest r: QueueRules.Check(r, now); break;
            case CreateSlaPolicyRequest r: SlaRequestRules.Check(r); break;
            case UpdateSlaPolicyRequest r: SlaRequestRules.Check(r); break;
            case CreateCalendarRequest r: SlaRequestRules.Check(r); break;
            case UpdateCalendarRequest r: SlaRequestRules.Check(r); break;
            case UpdateExpectationSettingsRequest r: SlaRequestRules.Check(r); break;
            case DryRunSlaRequest r: SlaRequestRules.Check(r); break;
            case RequestCallbackRequest r: ModeRules.Check(r); break;
            case SignalActivityRequest r: ModeRules.Check(r); break;
            case WatchActivityRequest r: ModeRules.Check(r); break;
            case WatchEventsRequest r: EventRules.Check(r); break;
            case CreateWorkspaceRequest r: WorkspaceRules.Check(r); break;
            case UpdateWorkspaceRequest r: WorkspaceRules.Check(r); break;
            case CreateKeyRequest r: WorkspaceRules.Check(r); break;
            case RevokeKeyRequest r: WorkspaceRules.Check(r); break;
            default: throw new ArgumentException($"No rules for {message.Descriptor.FullName} here.", nameof(message));
        }
    }
}
