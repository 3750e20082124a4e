using System.Collections.Concurrent;
using Engine.Silo.Tests.Processes;
using Engine.V1;
using Grpc.Core;
using Xunit.Abstractions;

namespace Engine.Silo.Tests;

/// <summary>
/// The promise that everything else rests on: what was acknowledged is there, once, in order, whatever happens to the
/// process. So the process is killed, again and again, in the middle of everything.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 22;
    private const int Writers = 6;
    private const int AcknowledgedBetweenKills = 25;
    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentDictionary<string, List<Acknowledgement>> _acknowledged = new();
    private readonly ConcurrentDictionary<string, string> _abandoned = new();
    private volatile EngineApi _api = null!;
    private volatile TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;
    private int _acknowledgements;
    private int _retries;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Process_killed_under_load_loses_nothing_and_doubles_nothing()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var data = _directory.File("data");
        string shared;
        await using (var first = await EngineProcess.StartAsync(data))
        {
            using var api = EngineApi.Of(first);
            var customer = await api.Customers.CreateCustomerAsync(new CreateCustomerRequest { RequestId = EngineApi.NewId(), Customer = new Customer() });
            var started = await api.Conversations.StartConversationAsync(new StartConversationRequest
            {
                RequestId = EngineApi.NewId(), Customer = customer.Name, Channel = "web",
            });
            shared = started.Conversation.Name;
            await first.StopAsync();
        }

        var writers = Enumerable.Range(0, Writers).SelectMany(number => new[]
        {
            Task.Run(() => SendAsync($"own-{number}")),
            Task.Run(() => ReceiveAsync($"new-{number}")),
            Task.Run(() => SendSharedAsync($"shared-{number}", shared)),
        }).ToArray();

        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await using var engine = await EngineProcess.StartAsync(data);
                Open(engine);
                // Somewhere in the middle of a burst, and often enough before anything was acknowledged.
                var target = Volatile.Read(ref _acknowledgements) + random.Next(AcknowledgedBetweenKills * 2);
                await Eventually.HoldsAsync(() => Volatile.Read(ref _acknowledgements) >= target || writers.Any(writer => writer.IsFaulted));
                _running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _stopping = kill == Kills - 1;
                await engine.KillAsync();
            }
        }
        finally
        {
            // What was under way at the last kill is given up, not retried; it must be there once or not at all.
            _stopping = true;
            _running.TrySetResult();
            await Task.WhenAll(writers);
        }

        output.WriteLine($"{Kills} kills, {_acknowledgements} acknowledged, {_retries} retried, {_abandoned.Count} given up");
        Assert.True(_acknowledgements > Kills * 5);
        Assert.True(_retries > Kills);

        await using var last = await EngineProcess.StartAsync(data);
        using var reader = EngineApi.Of(last);
        await CheckOwnAsync(reader, shared);
        await CheckSharedAsync(reader, shared);
        await CheckNewAsync(reader);
    }

    private void Open(EngineProcess engine)
    {
        _api?.Dispose();
        _api = EngineApi.Of(engine);
        _running.TrySetResult();
    }

    // One conversation of its own, begun and continued under fire.
    private async Task SendAsync(string writer)
    {
        var customer = await CallAsync(writer, $"{writer} customer", id => _api.Customers.CreateCustomerAsync(new CreateCustomerRequest
        {
            RequestId = id, CustomerId = writer, Customer = new Customer { DisplayName = writer },
        }).ResponseAsync);
        if (customer is null)
            return;
        var started = await CallAsync(writer, $"{writer} conversation", id => _api.Conversations.StartConversationAsync(new StartConversationRequest
        {
            RequestId = id, Customer = customer.Name, Channel = "web", Content = new Content { Text = $"{writer} 0" },
        }).ResponseAsync);
        if (started is null)
            return;
        Record(writer, $"{writer} 0", started.Message);
        await SendSharedAsync(writer, started.Conversation.Name);
    }

    private async Task SendSharedAsync(string writer, string conversation)
    {
        for (var number = 1; ; number++)
        {
            var text = $"{writer} {number}";
            var message = await CallAsync(writer, text, id => _api.Conversations.SendMessageAsync(new SendMessageRequest
            {
                RequestId = id, Conversation = conversation, Content = new Content { Text = text },
                AuthorType = number % 2 == 0 ? AuthorType.Customer : AuthorType.Bot,
            }).ResponseAsync);
            if (message is null)
                return;
            Record(writer, text, message);
        }
    }

    // A new customer every few messages: identity, customer and conversation are all created under fire.
    private async Task ReceiveAsync(string writer)
    {
        for (var number = 0; ; number++)
        {
            var person = $"{writer}-{number / 4}@example.com";
            var text = $"{writer} {number}";
            var received = await CallAsync(writer, text, _ => _api.Inbound.ReceiveMessageAsync(new ReceiveMessageRequest
            {
                Channel = "email", Address = person, ExternalId = text, Content = new Content { Text = text },
            }).ResponseAsync);
            if (received is null)
                return;
            Record(writer, text, received.Message, received.Conversation, person);
        }
    }

    private void Record(string writer, string text, Message message, string conversation = "", string person = "")
    {
        _acknowledged.GetOrAdd(writer, _ => []).Add(new Acknowledgement(text, message.Name, conversation, person));
        Interlocked.Increment(ref _acknowledgements);
    }

    // Repeats a call with the same id until it is answered; null when the test ends first.
    private async Task<T?> CallAsync<T>(string writer, string what, Func<string, Task<T>> call)
        where T : class
    {
        var id = EngineApi.NewId();
        for (var attempt = 0; ; attempt++)
        {
            await _running.Task;
            try
            {
                if (attempt > 0 && _stopping)
                {
                    _abandoned[writer] = what;
                    return null;
                }

                return await call(id);
            }
            catch (Exception fault) when (fault is ObjectDisposedException or RpcException
            {
                StatusCode: StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown,
            })
            {
                Interlocked.Increment(ref _retries);
                // The next attempt waits for the next process, or yields to what just broke.
                await Task.Yield();
            }
        }
    }

    private async Task CheckOwnAsync(EngineApi api, string shared)
    {
        foreach (var (writer, sent) in _acknowledged.Where(pair => pair.Key.StartsWith("own", StringComparison.Ordinal)))
        {
            var conversation = sent[0].Message[..sent[0].Message.IndexOf("/messages/", StringComparison.Ordinal)];
            Assert.NotEqual(shared, conversation);
            AssertHeld(writer, sent, await api.ReadMessagesAsync(conversation));
            var listed = await api.Conversations.ListConversationsAsync(new ListConversationsRequest
            {
                Filter = new ConversationFilter { Customer = $"customers/{writer}" },
            });
            Assert.Equal(conversation, Assert.Single(listed.Conversations).Name);
        }
    }

    private async Task CheckSharedAsync(EngineApi api, string shared)
    {
        var messages = await api.ReadMessagesAsync(shared);
        foreach (var (writer, sent) in _acknowledged.Where(pair => pair.Key.StartsWith("shared", StringComparison.Ordinal)))
            AssertHeld(writer, sent, [.. messages.Where(message => message.Content.Text.StartsWith($"{writer} ", StringComparison.Ordinal))]);
        Assert.Equal(messages.Select(message => message.Version).Order().Distinct(), messages.Select(message => message.Version));
    }

    private async Task CheckNewAsync(EngineApi api)
    {
        var people = _acknowledged.Where(pair => pair.Key.StartsWith("new", StringComparison.Ordinal))
            .SelectMany(pair => pair.Value).GroupBy(acknowledgement => acknowledgement.Person);
        foreach (var person in people)
        {
            var conversation = Assert.Single(person.Select(acknowledgement => acknowledgement.Conversation).Distinct());
            var writer = person.Key[..person.Key.IndexOf('@', StringComparison.Ordinal)];
            AssertHeld(writer[..writer.LastIndexOf('-')], [.. person], await api.ReadMessagesAsync(conversation));
            var customer = await api.Customers.LookupCustomerAsync(new LookupCustomerRequest
            {
                Identity = new Identity { Channel = "email", Address = person.Key },
            });
            var listed = await api.Conversations.ListConversationsAsync(new ListConversationsRequest
            {
                Filter = new ConversationFilter { Customer = customer.Name },
            });
            Assert.Equal(conversation, Assert.Single(listed.Conversations).Name);
        }
    }

    // Everything acknowledged, in order; after it at most the one call that was given up, once.
    private void AssertHeld(string writer, List<Acknowledgement> sent, IReadOnlyList<Message> held)
    {
        var texts = held.Select(message => message.Content.Text).ToList();
        var expected = sent.Select(acknowledgement => acknowledgement.Text).ToList();
        if (texts.Count > expected.Count)
        {
            Assert.Equal(_abandoned[writer], texts[^1]);
            texts.RemoveAt(texts.Count - 1);
        }

        Assert.Equal(expected, texts);
        Assert.Equal(sent.Select(acknowledgement => acknowledgement.Message), held.Take(sent.Count).Select(message => message.Name));
    }

    private sealed record Acknowledgement(string Text, string Message, string Conversation, string Person);
}
