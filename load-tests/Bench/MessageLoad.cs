using System.Globalization;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Bench;

/// <summary>Customers' messages into conversations of an engine, each acknowledged when it is durable.</summary>
internal sealed class MessageLoad(EngineApi api, string key, TimeProvider time)
{
    private const int PrepareConcurrency = 64;
    private readonly Metadata _headers = EngineApi.Authorize(key);
    private readonly RetryingCaller _caller = new(new RetryOptions(), time);
    private readonly string _run = string.Create(CultureInfo.InvariantCulture, $"load-{Random.Shared.Next(1_000_000_000)}");
    private long _requests;
    private long _acknowledged;

    /// <summary>Messages that the engine took, those that started conversations included.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Starts conversations, each by a new customer's first message.</summary>
    /// <returns>conversations/{conversation} of each.</returns>
    public async Task<IReadOnlyList<string>> StartAsync(int count, CancellationToken cancellationToken)
    {
        var names = new string[count];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = PrepareConcurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, count, parallel, async (i, token) =>
        {
            var id = NextRequestId();
            var request = new ReceiveMessageRequest
            {
                RequestId = id,
                Channel = "web",
                Address = id,
                ExternalId = id,
                Content = new Content { Text = Payload.Text },
            };
            var response = await _caller.CallAsync(api.Inbound.ReceiveMessageAsync, request, _headers, token);
            names[i] = response.Conversation;
            Interlocked.Increment(ref _acknowledged);
        });
        return names;
    }

    /// <summary>One message, without a second attempt: a benchmark that hides failures by repeating measures something else.</summary>
    public async Task SendAsync(string conversation, CancellationToken cancellationToken)
    {
        var request = new SendMessageRequest
        {
            RequestId = NextRequestId(),
            Conversation = conversation,
            Content = new Content { Text = Payload.Text },
            AuthorType = AuthorType.Customer,
        };
        using var call = api.Conversations.SendMessageAsync(
            request, new CallOptions(_headers, cancellationToken: cancellationToken));
        await call.ResponseAsync.ConfigureAwait(false);
        Interlocked.Increment(ref _acknowledged);
    }

    /// <summary>Messages to all the conversations in turn, so that hardly ever two callers meet in one.</summary>
    public Task<LoadResult> RunAsync(
        IReadOnlyList<string> conversations, int concurrency, LoadLimits limits, CancellationToken cancellationToken) =>
        ClosedLoop.RunAsync(
            concurrency, limits, time,
            (worker, n, token) =>
                SendAsync(conversations[(int)((worker + n * concurrency) % conversations.Count)], token),
            cancellationToken);

    /// <summary>What was fast must also have been done.</summary>
    /// <exception cref="EngineFailedException">The conversations hold another number of messages than were acknowledged.</exception>
    public async Task VerifyAsync(IReadOnlyList<string> conversations, CancellationToken cancellationToken)
    {
        var expected = Acknowledged;
        long found = 0;
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = PrepareConcurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(conversations, parallel, async (name, token) =>
            Interlocked.Add(ref found, await CountAsync(name, token)));
        if (found != expected)
            throw new EngineFailedException($"{expected} messages were acknowledged, but the conversations hold {found}.");
    }

    public async Task<long> CountAsync(string conversation, CancellationToken cancellationToken)
    {
        var request = new GetConversationRequest { Name = conversation };
        var found = await _caller.CallAsync(api.Conversations.GetConversationAsync, request, _headers, cancellationToken);
        return found.MessageCount;
    }

    private string NextRequestId() =>
        string.Create(CultureInfo.InvariantCulture, $"{_run}-{Interlocked.Increment(ref _requests)}");
}
