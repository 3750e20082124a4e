using Engine.Silo.Tests.Processes;
using Engine.V1;
using Grpc.Core;
using Grpc.Health.V1;

namespace Engine.Silo.Tests.Cluster;

/// <summary>Three silos and a gateway, as processes, on a PostgreSQL of their own.</summary>
public sealed class ClusterTests
{
    private const int Conversations = 12;

    [Fact]
    public async Task Silos_that_drain_and_die_lose_nothing_and_the_gateway_goes_on()
    {
        await using var cluster = await EngineCluster.OpenAsync();
        // All at once, on an empty database: one of them makes the schema, one the workspace, one writes the key.
        var starting = cluster.StartAsync("silo", 3);
        var gateway = await cluster.StartAsync("gateway");
        var silos = await starting;
        using var api = cluster.ApiOf(gateway);
        var expected = new Dictionary<string, List<string>>();
        for (var number = 0; number < Conversations; number++)
        {
            var started = await Retry.RunAsync(() => api.Inbound.ReceiveMessageAsync(new ReceiveMessageRequest
            {
                Channel = "web", Address = $"visitor-{number}", ExternalId = $"{number}", Content = new Content { Text = "message 0" },
            }));
            expected[started.Conversation] = ["message 0"];
        }

        var seen = new HashSet<string>();
        using var stop = new CancellationTokenSource();
        var watching = WatchAsync(api, seen, stop.Token);
        await SendAsync(api, expected, "before");

        // Processes report themselves now and then, so the newest may not be listed at once.
        var status = await Eventually.GetAsync(async () =>
        {
            var now = await EngineProcess.RunAsync(["status", .. cluster.ClientOf(gateway)]);
            return now.ExitCode == 0 && Count(now.Output, "│ silo ") == 3 && Count(now.Output, "│ gateway ") == 1 ? now : null;
        });
        Assert.Matches(@"Conversation\s+│", status.Output);
        Assert.Contains("reminders due", status.Output, StringComparison.Ordinal);
        Assert.Contains("views", status.Output, StringComparison.Ordinal);

        // One leaves in order, told by a command.
        var draining = await EngineProcess.RunAsync(["drain", .. cluster.ClientOf(silos[0])]);
        Assert.True(draining.ExitCode == 0, draining.ToString());
        await SendAsync(api, expected, "while one drains");
        Assert.Equal(0, await silos[0].WaitForExitAsync());

        // One dies.
        await silos[1].KillAsync();
        await SendAsync(api, expected, "after one died");

        foreach (var (conversation, texts) in expected)
        {
            var messages = await Retry.RunAsync(async () => await api.ReadMessagesAsync(conversation));
            Assert.Equal(texts, messages.Select(message => message.Content.Text));
        }

        await Eventually.GetAsync(async () =>
        {
            var listed = await Retry.RunAsync(() => api.Conversations.ListConversationsAsync(new ListConversationsRequest { PageSize = 100 }));
            return expected.Keys.Order().SequenceEqual(listed.Conversations.Select(conversation => conversation.Name).Order()) ? listed : null;
        });
        await Eventually.HoldsAsync(() =>
        {
            lock (seen)
                return expected.SelectMany(pair => pair.Value.Select((_, index) => $"{pair.Key} {index}")).All(seen.Contains);
        });
        await stop.CancelAsync();
        await watching;

        Assert.Equal(0, await silos[2].StopAsync());
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Role_silo_serves_health_and_cluster_only()
    {
        await using var cluster = await EngineCluster.OpenAsync();
        var silo = await cluster.StartAsync("silo");
        using var api = cluster.ApiOf(silo);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest()));
        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
        await Eventually.GetAsync(async () =>
        {
            var health = await api.Health.CheckAsync(new HealthCheckRequest());
            return health.Status == HealthCheckResponse.Types.ServingStatus.Serving ? health : null;
        });
        await Eventually.GetAsync(async () =>
        {
            var status = await EngineProcess.RunAsync(["status", .. cluster.ClientOf(silo)]);
            return status.ExitCode == 0 && status.Output.Contains("silo", StringComparison.Ordinal) ? status : null;
        });
    }

    [Fact]
    public async Task Commands_of_the_operators_page_make_three_silos_and_two_gateways()
    {
        var page = await File.ReadAllLinesAsync(Repository.File("docs", "operating.md"));
        // Folders and ports are the test's own; everything else is as it stands there.
        var commands = page.Where(line => line.StartsWith("engine run --role ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[2..])
            .Select(words => words.Where((word, index) =>
                word is not ("--data-dir" or "--listen") && (index == 0 || words[index - 1] is not ("--data-dir" or "--listen"))).ToArray())
            .ToList();
        Assert.Equal(5, commands.Count);
        await using var cluster = await EngineCluster.OpenAsync();

        var processes = await Task.WhenAll(commands.Select(words => cluster.StartAsync(words[1], words[2..])));

        var gateway = processes[^1];
        await Eventually.GetAsync(async () =>
        {
            var status = await EngineProcess.RunAsync(["status", .. cluster.ClientOf(gateway)]);
            return Count(status.Output, "│ silo ") == 3 && Count(status.Output, "│ gateway ") == 2 ? status : null;
        });
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    // Each message once in every conversation, all conversations at the same time, each in its own order.
    private static Task SendAsync(EngineApi api, Dictionary<string, List<string>> expected, string label) =>
        Task.WhenAll(expected.Select(async pair =>
        {
            for (var number = 0; number < 5; number++)
            {
                var request = new SendMessageRequest
                {
                    RequestId = EngineApi.NewId(), Conversation = pair.Key, Content = new Content { Text = $"{label} {number}" },
                };
                await Retry.RunAsync(() => api.Conversations.SendMessageAsync(request));
                pair.Value.Add($"{label} {number}");
            }
        }));

    private static async Task WatchAsync(EngineApi api, HashSet<string> seen, CancellationToken stop)
    {
        var counts = new Dictionary<string, int>();
        var position = "";
        while (!stop.IsCancellationRequested)
        {
            using var events = api.Events.WatchEvents(new WatchEventsRequest { AfterPosition = position }, cancellationToken: stop);
            try
            {
                while (await events.ResponseStream.MoveNext(stop))
                {
                    position = events.ResponseStream.Current.Position;
                    if (events.ResponseStream.Current.Event is not { } happened)
                        continue;
                    foreach (var _ in happened.ConversationEvents.Where(e => e.EventCase == ConversationEvent.EventOneofCase.Message))
                    {
                        var index = counts.GetValueOrDefault(happened.Resource);
                        counts[happened.Resource] = index + 1;
                        lock (seen)
                            seen.Add($"{happened.Resource} {index}");
                    }
                }
            }
            catch (RpcException)
            {
                // Goes on after the last position.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
