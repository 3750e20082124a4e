using System.Collections.Concurrent;
using Engine.Silo.Tests.Processes;
using Engine.Testing.Postgres;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Engine.Silo.Tests.Cluster;

/// <summary>
/// A backup taken while messages come in, restored onto a server that knows nothing, by the commands of the operator's page.
/// </summary>
/// <remarks>
/// What makes it hard: positions in the journal are made of a server's transaction ids, which begin anew on the new one, far
/// below those that consumers hold; and a backup is a cut through everything under way. So the test holds on to what clients
/// hold: requests with their answers, a consumer's stored position, a position from the time that was lost.
/// </remarks>
public sealed class RestoreTests
{
    private const string Owner = "engine";
    private const string Consumer = "crm";
    private const int Writers = 6;
    private const int AcknowledgedBefore = 60;
    private const int AcknowledgedDuring = 90;
    private static readonly TimeSpan SnoozedFor = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SnoozedForMax = TimeSpan.FromMinutes(10);

    private readonly ConcurrentQueue<(SendMessageRequest Request, Message Answer)> _sent = new();

    [Fact]
    public async Task Backup_taken_under_load_goes_on_on_a_new_server()
    {
        var starting = PostgresServer.StartAsync();
        await using var old = await PostgresServer.StartAsync();
        await using var fresh = await starting;
        await old.RunToolAsync("createuser", [Owner]);
        await old.RunToolAsync("createdb", ["--owner", Owner, "engine"]);
        await using var before = await RestoredEngine.StartAsync(old, Owner);

        var started = await Task.WhenAll(Enumerable.Range(0, Writers).Select(number => ReceiveAsync(before.Api, number)));
        var snoozed = await ReceiveAsync(before.Api, Writers);
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(started.Select(one => Task.Run(() => WriteAsync(before.Api, one.Answer.Conversation, stop.Token))));
        await Eventually.HoldsAsync(() => _sent.Count >= AcknowledgedBefore);
        // The consumer is behind: it has handled some of what there is, and stored so.
        var handled = await ReadEventsAsync(before.Api, new WatchEventsRequest(), events => events.Count >= Writers * 3);
        await before.Api.Events.AcknowledgeEventsAsync(
            new AcknowledgeEventsRequest { Consumer = Consumer, Position = handled[^1].Position });
        var commands = await ReadCommandsAsync();
        // A folder that belongs to the user whom PostgreSQL's programs run as.
        var file = Path.Combine(Path.GetDirectoryName(old.DataDirectory)!, "engine.dump");
        var (covered, until) = await BackUpAsync(before.Api, snoozed.Answer.Conversation, () => RunAsync(old, commands[0], file));

        // Work goes on after the backup, is told to clients, and is lost with the machine.
        await Eventually.HoldsAsync(() => _sent.Count >= covered.Length + AcknowledgedDuring);
        var lostPosition = (await ReadEventsAsync(before.Api, new WatchEventsRequest { FromNow = true }, events => events.Count > 0))[^1].Position;
        await before.Engine.KillAsync();
        await stop.CancelAsync();
        await writing;
        await old.StopImmediatelyAsync();

        await fresh.RunToolAsync("createuser", [Owner]);
        foreach (var command in commands[1..])
            await RunAsync(fresh, command, file);
        await using var after = await RestoredEngine.StartAsync(fresh, Owner, before);

        await CheckMessagesAsync(after.Api, covered);
        foreach (var (request, answer) in started)
            Assert.Equal(answer, await Retry.RunAsync(() => after.Api.Inbound.ReceiveMessageAsync(request)));
        foreach (var (request, answer) in covered)
            Assert.Equal(answer, await Retry.RunAsync(() => after.Api.Conversations.SendMessageAsync(request)));
        // What the backup does not hold, clients may send again: then it is there, once.
        foreach (var (request, _) in _sent.Skip(covered.Length))
            await Retry.RunAsync(() => after.Api.Conversations.SendMessageAsync(request));
        await CheckMessagesAsync(after.Api, _sent);

        await CheckDeadlineAsync(after.Api, snoozed.Answer.Conversation, until);
        await CheckListAsync(after.Api, [.. started.Select(one => one.Answer.Conversation), snoozed.Answer.Conversation]);
        await CheckEventsAsync(after.Api, handled, lostPosition);
        Assert.Equal(0, await after.Engine.StopAsync());
    }

    /// <summary>
    /// Makes a backup that holds a deadline which has not passed yet. Where a snooze is over before the backup is, both are made
    /// again, with a longer one.
    /// </summary>
    /// <returns>What was acknowledged before the backup, and when the snooze ends.</returns>
    private async Task<((SendMessageRequest Request, Message Answer)[] Covered, DateTimeOffset Until)> BackUpAsync(
        EngineApi api, string conversation, Func<Task> backUp)
    {
        for (var time = SnoozedFor; time <= SnoozedForMax; time *= 2)
        {
            var until = TimeProvider.System.GetUtcNow() + time;
            await Retry.RunAsync(() => api.Conversations.SnoozeConversationAsync(new SnoozeConversationRequest
            {
                RequestId = EngineApi.NewId(), Name = conversation, UntilTime = Timestamp.FromDateTimeOffset(until),
            }));
            var covered = _sent.ToArray();
            await backUp();
            if (TimeProvider.System.GetUtcNow() < until)
                return (covered, until);
            await ReadOpenAsync(api, conversation);
        }

        throw new TimeoutException("No backup was done before the snooze in it was over.");
    }

    /// <summary>The three commands of the section on a cluster's backup.</summary>
    private static async Task<string[][]> ReadCommandsAsync()
    {
        var page = await File.ReadAllLinesAsync(Repository.File("docs", "operating.md"));
        var section = page.SkipWhile(line => line != "### Back up and restore").Skip(1).TakeWhile(line => !line.StartsWith('#'));
        string[] tools = ["pg_dump", "createdb", "pg_restore"];
        var commands = section.Select(line => line.Split(' ')).Where(words => tools.Contains(words[0])).ToArray();
        Assert.Equal(tools, commands.Select(words => words[0]));
        return commands;
    }

    // As it stands on the page, but for the host and the folder of the file.
    private static async Task RunAsync(PostgresServer server, string[] command, string file)
    {
        var words = command[1..].ToList();
        var host = words.IndexOf("--host");
        words.RemoveRange(host, 2);
        Assert.True(command[0] == "createdb" || words.Contains("engine.dump"));
        await server.RunToolAsync(command[0], [.. words.Select(word => word == "engine.dump" ? file : word)]);
    }

    private static async Task<(ReceiveMessageRequest Request, ReceiveMessageResponse Answer)> ReceiveAsync(EngineApi api, int number)
    {
        var request = new ReceiveMessageRequest
        {
            RequestId = EngineApi.NewId(), Channel = "web", Address = $"visitor-{number}", ExternalId = $"{number}",
            Content = new Content { Text = "first" },
        };
        return (request, await Retry.RunAsync(() => api.Inbound.ReceiveMessageAsync(request)));
    }

    private async Task WriteAsync(EngineApi api, string conversation, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var request = new SendMessageRequest
            {
                RequestId = EngineApi.NewId(), Conversation = conversation, Content = new Content { Text = $"message {number}" },
            };
            try
            {
                _sent.Enqueue((request, await Retry.RunAsync(
                    () => api.Conversations.SendMessageAsync(request, cancellationToken: stop))));
            }
            catch (RpcException) when (stop.IsCancellationRequested)
            {
                // The machine is gone; what had no answer is nobody's.
                return;
            }
        }
    }

    /// <summary>Each conversation's messages in the order of their acknowledgement, each once.</summary>
    private static async Task CheckMessagesAsync(EngineApi api, IEnumerable<(SendMessageRequest Request, Message Answer)> sent)
    {
        foreach (var conversation in sent.GroupBy(one => one.Request.Conversation))
        {
            var messages = await Retry.RunAsync(() => api.ReadMessagesAsync(conversation.Key));
            var texts = messages.Skip(1).Select(message => message.Content.Text).ToList();
            // The backup may hold some that were answered while it was taken, never a later one without those before.
            Assert.Equal(Enumerable.Range(0, texts.Count).Select(number => $"message {number}"), texts);
            Assert.True(texts.Count >= conversation.Count(), $"{texts.Count} messages of {conversation.Count()}");
        }
    }

    private static async Task CheckDeadlineAsync(EngineApi api, string conversation, DateTimeOffset until)
    {
        var open = await ReadOpenAsync(api, conversation);
        Assert.True(open.UpdateTime.ToDateTimeOffset() >= until - TimeSpan.FromSeconds(1), $"{open.UpdateTime} before {until:O}");
    }

    private static Task<Conversation> ReadOpenAsync(EngineApi api, string conversation) => Eventually.GetAsync(async () =>
    {
        var found = await api.Conversations.GetConversationAsync(new GetConversationRequest { Name = conversation });
        return found.Status == ConversationStatus.Open ? found : null;
    });

    private static async Task CheckListAsync(EngineApi api, string[] conversations) => await Eventually.GetAsync(async () =>
    {
        var listed = await api.Conversations.ListConversationsAsync(new ListConversationsRequest { PageSize = 100 });
        if (!conversations.Order().SequenceEqual(listed.Conversations.Select(conversation => conversation.Name).Order()))
            return null;
        foreach (var row in listed.Conversations)
        {
            var truth = await api.Conversations.GetConversationAsync(new GetConversationRequest { Name = row.Name });
            if (row.Version != truth.Version || row.Status != truth.Status || row.MessageCount != truth.MessageCount)
                return null;
        }

        return listed;
    });

    /// <summary>From the stored position on there is every later version of every resource, also of those written since the restore.</summary>
    private static async Task CheckEventsAsync(EngineApi api, List<WatchEventsResponse> handled, string lostPosition)
    {
        var consumers = await api.Events.ListConsumersAsync(new ListConsumersRequest());
        Assert.Equal((Consumer, handled[^1].Position), Assert.Single(consumers.Consumers.Select(one => (one.Name, one.Position))));
        var ends = new Dictionary<string, long>();
        foreach (var conversation in (await api.Conversations.ListConversationsAsync(new ListConversationsRequest { PageSize = 100 })).Conversations)
            ends[conversation.Name] = conversation.Version;

        var versions = handled.Where(one => one.Event is not null).GroupBy(one => one.Event.Resource)
            .ToDictionary(group => group.Key, group => group.Max(one => one.Event.Version));
        var rest = await ReadEventsAsync(
            api, new WatchEventsRequest { Consumer = Consumer },
            events => ends.All(end => events.Exists(one => one.Event?.Resource == end.Key && one.Event.Version >= end.Value)));
        foreach (var happened in rest.Select(one => one.Event).Where(one => one is not null))
        {
            var last = versions.GetValueOrDefault(happened.Resource);
            Assert.True(happened.Version <= last + 1, $"{happened.Resource} goes from version {last} to {happened.Version}");
            versions[happened.Resource] = Math.Max(last, happened.Version);
        }

        // A client may hold a position of the time that was lost. All that happened on the new server comes after it.
        var written = await ReceiveAsync(api, Writers + 1);
        var late = await ReadEventsAsync(
            api, new WatchEventsRequest { AfterPosition = lostPosition }, events => events.Exists(one => one.Event?.Resource == written.Answer.Conversation));
        Assert.Contains(late, one => one.Event?.Resource == written.Answer.Conversation && one.Event.Version == 1);
    }

    private static async Task<List<WatchEventsResponse>> ReadEventsAsync(
        EngineApi api, WatchEventsRequest request, Predicate<List<WatchEventsResponse>> isEnough)
    {
        using var deadline = new CancellationTokenSource(Limits.Patience);
        using var stream = api.Events.WatchEvents(request, cancellationToken: deadline.Token);
        var events = new List<WatchEventsResponse>();
        while (!isEnough(events))
        {
            Assert.True(await stream.ResponseStream.MoveNext(deadline.Token));
            events.Add(stream.ResponseStream.Current);
        }

        return events;
    }
}
