using System.Collections.Concurrent;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.History;
using Engine.LoadTests.Replay;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>Carries operations out, through any gateway and with retries, and records each as its caller saw it.</summary>
internal sealed class Operator(ClusterCaller caller, Staff staff, string run, TimeProvider time)
{
    private const int PageSize = 10;
    private readonly ConcurrentQueue<Operation> _done = new();
    private long _numbers;

    /// <summary>Operations that have ended.</summary>
    public IReadOnlyCollection<Operation> Done => _done;

    /// <summary>Carries it out and remembers it. Fails only when the run is cancelled.</summary>
    /// <param name="until">For Snooze.</param>
    public async Task<Operation> RunAsync(OperationKind kind, Slot slot, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var operation = new Operation
        {
            Number = Interlocked.Increment(ref _numbers),
            Kind = kind,
            Slot = slot.Number,
            Start = time.GetTimestamp(),
            Conversation = slot.Conversation,
            Until = until,
        };
        try
        {
            await CallAsync(operation, slot, cancellationToken);
            operation.Outcome = OperationOutcome.Acknowledged;
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            operation.Outcome = RetryingCaller.IsRetryable(e, out _) || !IsAnswer(e.StatusCode) ? OperationOutcome.Unknown : OperationOutcome.Refused;
            operation.Failure = $"{e.StatusCode} {e.Status.Detail}";
        }

        operation.End = time.GetTimestamp();
        _done.Enqueue(operation);
        return operation;
    }

    /// <summary>Whether an error says that nothing was done. An engine that failed does not know.</summary>
    private static bool IsAnswer(StatusCode status) => status is not (StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.DataLoss);

    private Task CallAsync(Operation operation, Slot slot, CancellationToken cancellationToken) => operation.Kind switch
    {
        OperationKind.CustomerMessage => ReceiveAsync(operation, slot, cancellationToken),
        OperationKind.AgentMessage => AddAsync(
            operation, static (api, r, o) => api.Conversations.SendMessageAsync(r, o), Agent(operation).Headers,
            new SendMessageRequest { RequestId = Id(operation), Conversation = operation.Conversation, Content = Text(operation) },
            cancellationToken),
        OperationKind.Note => AddAsync(
            operation, static (api, r, o) => api.Conversations.AddNoteAsync(r, o), Agent(operation).Headers,
            new AddNoteRequest { RequestId = Id(operation), Conversation = operation.Conversation, Content = Text(operation) },
            cancellationToken),
        OperationKind.Assign => ChangeAsync(
            operation, static (api, r, o) => api.Conversations.AssignConversationAsync(r, o),
            new AssignConversationRequest { RequestId = Id(operation), Name = operation.Conversation, Agent = Agent(operation).Name },
            cancellationToken),
        OperationKind.Snooze => ChangeAsync(
            operation, static (api, r, o) => api.Conversations.SnoozeConversationAsync(r, o),
            new SnoozeConversationRequest
            {
                RequestId = Id(operation),
                Name = operation.Conversation,
                UntilTime = Timestamp.FromDateTimeOffset(operation.Until!.Value),
            },
            cancellationToken),
        OperationKind.Resolve => ChangeAsync(
            operation, static (api, r, o) => api.Conversations.ResolveConversationAsync(r, o),
            new ResolveConversationRequest { RequestId = Id(operation), Name = operation.Conversation },
            cancellationToken),
        OperationKind.Get => GetAsync(operation, cancellationToken),
        OperationKind.List => ListAsync(operation, cancellationToken),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private async Task ReceiveAsync(Operation operation, Slot slot, CancellationToken cancellationToken)
    {
        var id = Id(operation);
        var request = new ReceiveMessageRequest
        {
            RequestId = id,
            Channel = "web",
            Address = slot.Address,
            ExternalId = id,
            Content = Text(operation),
        };
        var response = await SendAsync(
            operation, static (api, r, o) => api.Inbound.ReceiveMessageAsync(r, o), request, staff.Integration, cancellationToken);
        operation.Conversation = response.Conversation;
        operation.Version = response.Message.Version;
        slot.Conversation = response.Conversation;
    }

    private async Task AddAsync<TRequest>(
        Operation operation, Func<EngineApi, TRequest, CallOptions, AsyncUnaryCall<Message>> method, Metadata headers, TRequest request,
        CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        var message = await SendAsync(operation, method, request, headers, cancellationToken);
        operation.Version = message.Version;
        // An agent's message to a conversation is never carried to another one; if it were, the check would tell.
        operation.Conversation = message.Name[..message.Name.IndexOf("/messages/", StringComparison.Ordinal)];
    }

    private async Task ChangeAsync<TRequest>(
        Operation operation, Func<EngineApi, TRequest, CallOptions, AsyncUnaryCall<Conversation>> method, TRequest request,
        CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        var changed = await SendAsync(operation, method, request, staff.Integration, cancellationToken);
        operation.Version = changed.Version;
    }

    private async Task GetAsync(Operation operation, CancellationToken cancellationToken)
    {
        var read = await SendAsync(
            operation, static (api, r, o) => api.Conversations.GetConversationAsync(r, o),
            new GetConversationRequest { Name = operation.Conversation }, staff.Integration, cancellationToken);
        operation.Version = read.Version;
        operation.MessageCount = read.MessageCount;
    }

    private async Task ListAsync(Operation operation, CancellationToken cancellationToken)
    {
        var request = new ListMessagesRequest
        {
            Conversation = operation.Conversation,
            PageSize = PageSize,
            Order = SortOrder.Descending,
        };
        var read = await SendAsync(
            operation, static (api, r, o) => api.Conversations.ListMessagesAsync(r, o), request, staff.Integration, cancellationToken);
        operation.Read = [.. read.Messages.Select(m => new ReadMessage(m.Version, MessageText.NumberOf(m.Content?.Text ?? "")))];
        operation.Version = operation.Read is [var newest, ..] ? newest.Version : 0;
    }

    private Task<TResponse> SendAsync<TRequest, TResponse>(
        Operation operation, Func<EngineApi, TRequest, CallOptions, AsyncUnaryCall<TResponse>> method, TRequest request, Metadata headers,
        CancellationToken cancellationToken)
        where TRequest : IMessage =>
        caller.CallAsync((int)(operation.Number % int.MaxValue), method, request, headers, () => operation.Attempts++, cancellationToken);

    private string Id(Operation operation) => FormattableString.Invariant($"{run}-{operation.Number}");

    private StaffAgent Agent(Operation operation) => staff.Agents[(int)(operation.Number % staff.Agents.Count)];

    private static Content Text(Operation operation) => new() { Text = MessageText.Of(operation.Number) };
}
