using System.Collections.Concurrent;
using Engine.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Engine.LoadTests.Tests.Replay;

/// <summary>
/// As much of an engine as a replay needs, in memory, so that it can be made to break its promises: the real one does not.
/// </summary>
internal sealed class FakeEngine : CallInvoker
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, IMessage> _responses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _customers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FakeConversation> _conversations = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private int _ids;

    /// <summary>Changes what is listed: gets the messages as stored.</summary>
    public Action<FakeConversation, List<Message>> Listing { get; init; } = (_, _) => { };

    /// <summary>Every mutation is done, and its first answer lost.</summary>
    public bool LosesFirstAnswers { get; init; }

    /// <summary>A repeated request is done again instead of answered.</summary>
    public bool ForgetsRequestIds { get; init; }

    /// <summary>Every message of a customer starts a conversation.</summary>
    public bool StartsTooMany { get; init; }

    /// <summary>Method names without their service, which are refused.</summary>
    public HashSet<string> Refused { get; init; } = [];

    public ConcurrentBag<string> RevokedKeys { get; } = [];

    public ConcurrentDictionary<string, int> Calls { get; } = new();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Task<TResponse> response;
        try
        {
            var key = options.Headers!.GetValue("authorization")!["Bearer ".Length..];
            response = Task.FromResult((TResponse)(object)Answer(method.Name, key, (IMessage)(object)request));
        }
        catch (RpcException e)
        {
            response = Task.FromException<TResponse>(e);
        }

        return new AsyncUnaryCall<TResponse>(
            response, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        FakeConversation conversation;
        lock (_lock) conversation = _conversations[((WatchConversationRequest)(object)request).Name];
        return new AsyncServerStreamingCall<TResponse>(
            (IAsyncStreamReader<TResponse>)(object)new FakeStream<WatchConversationResponse>(conversation.Commits),
            Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    private IMessage Answer(string method, string key, IMessage request)
    {
        Calls.AddOrUpdate(method, 1, (_, n) => n + 1);
        if (Refused.Contains(method)) throw new RpcException(new Status(StatusCode.PermissionDenied, "no"));
        lock (_lock)
        {
            var id = request.Descriptor.FindFieldByName("request_id")?.Accessor.GetValue(request) as string;
            if (id is null) return Do(request, key);
            Assert.NotEmpty(id);
            if (_responses.TryGetValue(id, out var original) && !ForgetsRequestIds) return original;
            var response = _responses[id] = Do(request, key);
            if (LosesFirstAnswers && _failed.Add(id)) throw new RpcException(new Status(StatusCode.Unavailable, "gone"));
            return response;
        }
    }

    private IMessage Do(IMessage request, string key) => request switch
    {
        CreateKeyRequest r => new CreateKeyResponse
        {
            Key = new Key { Name = $"keys/{++_ids}" },
            Secret = r.Key.Role == Role.Agent ? r.Key.Agent : $"bot keys/{_ids}",
        },
        RevokeKeyRequest r => Revoke(r),
        CreateAgentRequest r => new Agent { Name = $"agents/{r.AgentId}" },
        CreateCustomerRequest r => new Customer { Name = CustomerOf(r.Customer.Identities[0].Channel, r.Customer.Identities[0].Address) },
        StartConversationRequest r => Start(r, key),
        ReceiveMessageRequest r => Receive(r),
        SendMessageRequest r => _conversations[r.Conversation].Add(MessageKind.Message, AuthorOf(key), r.Content),
        AddNoteRequest r => _conversations[r.Conversation].Add(MessageKind.Note, AuthorOf(key), r.Content),
        AssignConversationRequest r => _conversations[r.Name].Change(ConversationStatus.Unspecified),
        ResolveConversationRequest r => _conversations[r.Name].Change(ConversationStatus.Resolved),
        SnoozeConversationRequest r => _conversations[r.Name].Change(ConversationStatus.Snoozed),
        GetConversationRequest r => _conversations[r.Name].ToMessage(),
        ListConversationsRequest r => new ListConversationsResponse
        {
            Conversations = { _conversations.Values.Where(c => c.Customer == r.Filter.Customer).Select(c => c.ToMessage()) },
        },
        ListMessagesRequest r => List(r),
        _ => throw new RpcException(new Status(StatusCode.Unimplemented, request.Descriptor.FullName)),
    };

    private static Author AuthorOf(string key) => key.StartsWith("bot ", StringComparison.Ordinal)
        ? new Author { Type = AuthorType.Bot, Name = key["bot ".Length..] }
        : new Author { Type = AuthorType.Agent, Name = key };

    private Key Revoke(RevokeKeyRequest request)
    {
        RevokedKeys.Add(request.Name);
        return new Key { Name = request.Name };
    }

    private string CustomerOf(string channel, string address)
    {
        if (!_customers.TryGetValue($"{channel}/{address}", out var name))
            _customers.Add($"{channel}/{address}", name = $"customers/{++_ids}");
        return name;
    }

    private StartConversationResponse Start(StartConversationRequest request, string key)
    {
        var conversation = Open(request.Customer);
        return new StartConversationResponse
        {
            Conversation = conversation.ToMessage(),
            Message = request.Content is null ? null : conversation.Add(MessageKind.Message, AuthorOf(key), request.Content),
        };
    }

    private ReceiveMessageResponse Receive(ReceiveMessageRequest request)
    {
        var customer = CustomerOf(request.Channel, request.Address);
        var conversation = StartsTooMany ? null : _conversations.Values.FirstOrDefault(c => c.Customer == customer);
        conversation ??= Open(customer);
        return new ReceiveMessageResponse
        {
            Customer = customer,
            Conversation = conversation.Name,
            Message = conversation.Add(
                MessageKind.Message, new Author { Type = AuthorType.Customer, Name = customer }, request.Content),
        };
    }

    private FakeConversation Open(string customer)
    {
        var conversation = new FakeConversation($"conversations/{++_ids}", customer);
        _conversations.Add(conversation.Name, conversation);
        return conversation;
    }

    private ListMessagesResponse List(ListMessagesRequest request)
    {
        var conversation = _conversations[request.Conversation];
        var all = conversation.Messages.Select(m => m.Clone()).ToList();
        Listing(conversation, all);
        if (request.Order == SortOrder.Descending) all.Reverse();
        var from = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, System.Globalization.CultureInfo.InvariantCulture);
        var next = from + request.PageSize;
        return new ListMessagesResponse
        {
            Messages = { all.Skip(from).Take(request.PageSize) },
            NextPageToken = next < all.Count ? $"{next}" : "",
        };
    }

    private sealed class FakeStream<T>(IEnumerable<T> items) : IAsyncStreamReader<T>
    {
        private readonly Queue<T> _items = new(items);

        public T Current { get; private set; } = default!;

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!_items.TryDequeue(out var item)) return Task.FromResult(false);
            Current = item;
            return Task.FromResult(true);
        }
    }
}
